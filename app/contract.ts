/** The one thing that the infrastructure knows of the app: where it listens, how it says it is well, what it reads. */
export const API = {
  /** Default of the variable PORT. */
  port: 8080,
  /** Answers 200 while the process lives. */
  livePath: '/healthz',
  /** Answers 200 while requests are welcome; 503 while draining or without a database. */
  readyPath: '/readyz',
  /** Prometheus metrics, on a port of their own that no ingress reaches. */
  metricsPort: 9464,
  metricsPath: '/metrics',
  /** Every route that browsers call stands below it. */
  basePath: '/api',
  /**
   * From SIGTERM on `readyPath` answers 503, and behind PUBLIC_URL requests and connections are taken for so long still, in seconds:
   * a balancer that asks every second sends them elsewhere by then.
   */
  noticeSeconds: 3,
  /** From SIGTERM to the end at the latest, in seconds. */
  drainSeconds: 25,
} as const;
/** Seconds by which `http_request_duration_seconds` counts answers; the ceilings that answers are held to lie between them. */
export const DURATION_BUCKETS = [0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export const WEB = { port: 8081, livePath: '/healthz' } as const;

/** The app's connections to the database. */
export const DATABASE = {
  /** A connection is closed for good when it is free and older than this, in seconds: a pooler that ends waits for it. */
  connectionLifetimeSeconds: 60,
} as const;

/** Arguments of the API's image: what it is run for. */
export const PROGRAMS = {
  /** Brings the schema up to date and ends; safe to run again, and while the API runs. */
  migrate: ['migrate'],
  /** Makes the person whose address follows an administrator, and ends. */
  administrator: ['administrator'],
} as const;

/** Environment variables of the API; unset ones fall back to what is embedded. */
export const VARIABLES = {
  host: 'HOST',
  port: 'PORT',
  databaseUrl: 'DATABASE_URL',
  databaseCa: 'PGSSLROOTCERT',
  databaseCert: 'PGSSLCERT',
  databaseKey: 'PGSSLKEY',
  memcached: 'MEMCACHED_URLS',
  s3Endpoint: 'S3_ENDPOINT',
  /** Where files are written, when another site's store takes the writes; S3_ENDPOINT where unset. */
  s3WriteEndpoint: 'S3_WRITE_ENDPOINT',
  s3Bucket: 'S3_BUCKET',
  s3Region: 'S3_REGION',
  s3AccessKey: 'AWS_ACCESS_KEY_ID',
  s3SecretKey: 'AWS_SECRET_ACCESS_KEY',
  smtpUrl: 'SMTP_URL',
  publicUrl: 'PUBLIC_URL',
  region: 'FREDU_SITE',
  /** Changes that one person, or the visitors of one network, may ask of one process in a minute; 300 where unset. */
  changesPerMinute: 'CHANGES_PER_MINUTE',
  /** Where traces go, by OTLP over HTTP in JSON; nowhere where unset. The other standard variables of OpenTelemetry are read too. */
  traces: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  tracesHeaders: 'OTEL_EXPORTER_OTLP_HEADERS',
  tracesSampler: 'OTEL_TRACES_SAMPLER',
  /** Of all traces, from 0 to 1. */
  tracesPart: 'OTEL_TRACES_SAMPLER_ARG',
} as const;
