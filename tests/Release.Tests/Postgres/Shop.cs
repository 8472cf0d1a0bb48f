namespace Release.Tests.Postgres;

/// <summary>A database with what a real one has: keys, sequences, large objects, odd names, values that are hard to write down.</summary>
internal static class Shop
{
    public const string OddTable = "\"Odd \"\"Näme\"\" $x --all; '\"";

    public const string Sql = $"""
        CREATE EXTENSION IF NOT EXISTS plpgsql;
        CREATE SCHEMA "Schëma Two";
        CREATE TYPE "Schëma Two".mood AS ENUM ('sad', 'ok', 'it''s fine');
        CREATE DOMAIN public.positive AS int CHECK (VALUE > 0);
        CREATE TABLE public.customers (id bigserial PRIMARY KEY, name text NOT NULL, kind varchar(10) CHECK (kind IN ('a', 'b')), mood "Schëma Two".mood DEFAULT 'ok', born date, score double precision, blob bytea, tags text[], extra jsonb);
        CREATE TABLE public.orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer bigint NOT NULL REFERENCES public.customers ON DELETE CASCADE, amount numeric(12, 2) NOT NULL, at timestamptz NOT NULL, doubled numeric GENERATED ALWAYS AS (amount * 2) STORED);
        CREATE INDEX "index of orders" ON public.orders (customer, (amount::int)) WHERE amount > 10;
        CREATE TABLE public.{OddTable} ("a b" int, t text, "sel""ect" public.positive);
        CREATE TABLE "Schëma Two"."-Fc" (id int PRIMARY KEY, t int);
        CREATE TABLE public.empty (nothing int);
        CREATE TABLE public.parts (id int, day date) PARTITION BY RANGE (day);
        CREATE TABLE public.parts_2025 PARTITION OF public.parts FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        CREATE TABLE public.parts_rest PARTITION OF public.parts DEFAULT;
        CREATE TABLE public.base (a int); CREATE TABLE public.derived (b int) INHERITS (public.base);
        CREATE SEQUENCE public.down INCREMENT BY -3 MAXVALUE 100 START 100;
        CREATE SEQUENCE public.unused;
        CREATE VIEW public.totals AS SELECT c.name, sum(o.amount) AS total FROM public.customers c JOIN public.orders o ON o.customer = c.id WHERE c.kind IN ('a', 'b') GROUP BY c.name;
        CREATE MATERIALIZED VIEW public.kinds AS SELECT kind, count(*) FROM public.customers GROUP BY kind;
        CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name := trim(NEW.name); RETURN NEW; END';
        CREATE TRIGGER touch BEFORE INSERT ON public.customers FOR EACH ROW EXECUTE FUNCTION public.touch();
        INSERT INTO public.customers (name, kind, mood, born, score, blob, tags, extra)
          SELECT E'n\t\\ame ' || i || E'\n"quoted" ''x'' é😀', CASE i % 3 WHEN 0 THEN 'a' WHEN 1 THEN 'b' END, 'it''s fine', DATE '1900-01-01' + i, CASE i % 50 WHEN 0 THEN 'NaN' WHEN 1 THEN '-Infinity' ELSE i / 3.0 END,
            decode(md5(i::text), 'hex'), ARRAY['a', NULL, '', 'x,y' || i], jsonb_build_object('n', i) FROM generate_series(1, 500) i;
        INSERT INTO public.orders (customer, amount, at) SELECT 1 + i % 500, i / 7.0, TIMESTAMPTZ '2025-01-01' + i * INTERVAL '1 minute' FROM generate_series(1, 2000) i;
        INSERT INTO public.{OddTable} VALUES (1, NULL, 5), (1, NULL, 5), (2, E'\\.', 7), (NULL, '', NULL);
        INSERT INTO "Schëma Two"."-Fc" SELECT i, i FROM generate_series(1, 30) i;
        INSERT INTO public.parts SELECT i, DATE '2025-06-01' + i * 30 FROM generate_series(1, 20) i;
        INSERT INTO public.base VALUES (1); INSERT INTO public.derived VALUES (2, 3);
        SELECT nextval('public.down'), nextval('public.down');
        SELECT lo_from_bytea(4711, decode(repeat('00ff10', 3000), 'hex')), lo_from_bytea(4712, ''), lo_from_bytea(4713, 'abc');
        """;
}
