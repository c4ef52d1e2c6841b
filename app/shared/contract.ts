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
  /** Beginnings of the addresses whose pages it draws, and what it says of them to programs. All other pages are files. */
  pagePaths: ['/cours', '/sitemap.xml', '/nouveautes.xml'],
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

/** Headers of every page beside its policy for content, by whichever server it comes. Nothing that we show needs a device. */
export const PAGE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Where those who found a hole read whom to tell. @see https://www.rfc-editor.org/rfc/rfc9116 */
export const SECURITY = {
  path: '/.well-known/security.txt',
  mediaType: 'text/plain; charset=utf-8',
  /**
   * Until when it is to be believed, less than a year ahead in leap years too: in the first half of a year until its last days, in the
   * second until the middle of the next. A server without arithmetic of dates can say so too.
   */
  ends: { first: '12-30T23:59:59Z', second: '06-29T23:59:59Z' },
} as const;

export const securityExpires = (now: Date): string =>
  now.getUTCMonth() < 6
    ? `${now.getUTCFullYear()}-${SECURITY.ends.first}`
    : `${now.getUTCFullYear() + 1}-${SECURITY.ends.second}`;

/** Its lines. A contact is an e-mail address or the HTTPS address of a page. */
export function securityText({
  contact,
  origin,
  expires,
}: {
  contact: string;
  origin: string | undefined;
  expires: string;
}): string {
  const at = contact.lastIndexOf('@');
  const uri = contact.startsWith('https:')
    ? new URL(contact).href
    : `mailto:${encodeURIComponent(contact.slice(0, at))}@${contact.slice(at + 1)}`;
  return [
    `Contact: ${uri}`,
    `Expires: ${expires}`,
    'Preferred-Languages: fr, en',
    ...(origin ? [`Canonical: ${origin}${SECURITY.path}`] : []),
    '',
  ].join('\n');
}

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
  /** `none` where there is no store: the app runs and takes no files. */
  files: 'FREDU_FILES',
  /** Where files are written, when another site's store takes the writes; S3_ENDPOINT where unset. */
  s3WriteEndpoint: 'S3_WRITE_ENDPOINT',
  s3Bucket: 'S3_BUCKET',
  s3Region: 'S3_REGION',
  s3AccessKey: 'AWS_ACCESS_KEY_ID',
  s3SecretKey: 'AWS_SECRET_ACCESS_KEY',
  /**
   * What secrets in the database are sealed by, such as those of second factors: random, 32 letters at least. The present one, and after
   * commas those of the past. Without it no second factor can be set up.
   */
  key: 'FREDU_KEY',
  smtpUrl: 'SMTP_URL',
  publicUrl: 'PUBLIC_URL',
  region: 'FREDU_SITE',
  /** Who is notified of holes, as `security.txt` says: an e-mail address or the HTTPS address of a page; nobody where unset. */
  securityContact: 'SECURITY_CONTACT',
  /** Changes that one person may ask of one process in a minute; 300 where unset. */
  changesPerMinute: 'CHANGES_PER_MINUTE',
  /** People who may sit behind one address, as in a school; 400 where unset. More let a school in, and who guesses passwords tries more. */
  peoplePerNetwork: 'PEOPLE_PER_NETWORK',
  /** Where traces go, by OTLP over HTTP in JSON; nowhere where unset. The other standard variables of OpenTelemetry are read too. */
  traces: 'OTEL_EXPORTER_OTLP_ENDPOINT',
  tracesHeaders: 'OTEL_EXPORTER_OTLP_HEADERS',
  tracesSampler: 'OTEL_TRACES_SAMPLER',
  /** Of all traces, from 0 to 1. */
  tracesPart: 'OTEL_TRACES_SAMPLER_ARG',
} as const;
