"""Somebody's traffic on a gateway until SIGTERM; then one JSON line: how many were sent, which failed, and when each version answered last."""
import http.client, json, signal, sys, threading, time

host, port, threads = "127.0.0.1", int(sys.argv[1]), 8
pause = threads / float(sys.argv[2])
stop, lock = threading.Event(), threading.Lock()
sent, failed, last = 0, [], {}
signal.signal(signal.SIGTERM, lambda *_: stop.set())


def send():
    global sent
    connection = http.client.HTTPConnection(host, port, timeout=10)
    while not stop.is_set():
        begin = time.time()
        try:
            connection.request("GET", "/health/info")
            answer = connection.getresponse()
            body = answer.read()
            version = json.loads(body)["version"] if answer.status == 200 else None
            problem = None if version else f"{answer.status} {body[:200]!r}"
        except Exception as error:
            version, problem = None, repr(error)
            connection.close()
        with lock:
            sent += 1
            if problem:
                failed.append(problem)
            else:
                last[version] = max(last.get(version, 0), time.time())
        stop.wait(max(0, pause - (time.time() - begin)))


workers = [threading.Thread(target=send) for _ in range(threads)]
for worker in workers:
    worker.start()
stop.wait(300)
for worker in workers:
    worker.join()
print(json.dumps({"sent": sent, "failed": len(failed), "first": failed[:3], "last": last}))
