namespace Release.Drivers.Compose;

/// <summary>Images that a stack brings along and does not release: databases, brokers, gateways, monitoring.</summary>
internal static class KnownImages
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "postgres", "postgis", "timescaledb", "mysql", "mariadb", "mongo", "redis", "valkey", "memcached", "elasticsearch", "opensearch",
        "clickhouse-server", "influxdb", "neo4j", "qdrant", "rabbitmq", "kafka", "cp-kafka", "zookeeper", "cp-zookeeper", "nats", "mosquitto",
        "minio", "vault", "consul", "etcd", "keycloak", "prometheus", "alertmanager", "grafana", "loki", "promtail", "tempo", "jaeger",
        "all-in-one", "otel-collector", "opentelemetry-collector", "opentelemetry-collector-contrib", "node-exporter", "cadvisor",
        "postgres-exporter", "redis_exporter", "kong", "traefik", "haproxy", "envoy", "nginx", "caddy", "mailhog", "adminer", "pgadmin4", "vllm-openai",
    };

    /// <summary>Whether an image is one of them, by its own name.</summary>
    public static bool Has(string name) => Names.Contains(name);

    /// <summary>Whether an image is Kong, whose Admin API can be the release's router.</summary>
    public static bool IsKong(string name) => name.Equals("kong", StringComparison.OrdinalIgnoreCase) || name.StartsWith("kong-", StringComparison.OrdinalIgnoreCase);
}
