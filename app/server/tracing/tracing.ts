import { VARIABLES } from '#shared/contract.ts';
import { CannotStart } from '../cannot-start.ts';
import type { Environment } from '../environment.ts';

type Attributes = Record<string, string | number | string[]>;

/** How a request came to be answered, for a collector of traces. Without a collector there is none of it. */
export interface Tracing {
  /** Begins to tell of a request, as part of the trace that its `traceparent` names. */
  serve(method: string, headers: Record<string, string | string[] | undefined>): Served;
  /** Tells what another service was asked. */
  ask<Answer>(name: string, attributes: Attributes, work: (asked: Asked) => Promise<Answer>): Promise<Answer>;
  /** Tells of a statement that has just ended: its text, in which no values stand. */
  statement(text: string, milliseconds: number, error?: unknown): void;
  /** Exports what is left, but waits for nobody longer than a moment. */
  close(): Promise<void>;
}

/** A question under way. */
interface Asked {
  /** What names the trace to whom is asked. */
  headers: Record<string, string>;
  tell(attributes: Attributes): void;
}

/** A request under way. */
export interface Served {
  traceId: string;
  /** Runs what is done for this request, so that what it asks of others becomes part of its trace. */
  within(work: () => void): void;
  end(outcome: { name: string; attributes: Attributes; error?: string | undefined }): void;
}

/** Where traces go, and how many of them. */
export interface TracingChoice {
  url: string;
  service: string;
  sampler: string;
  /** Of all traces, for the samplers that take a part. */
  ratio: number;
  site: string | undefined;
}

/** @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
const NAMES = {
  endpoint: VARIABLES.traces,
  tracesEndpoint: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  protocol: 'OTEL_EXPORTER_OTLP_PROTOCOL',
  tracesProtocol: 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
  exporter: 'OTEL_TRACES_EXPORTER',
  disabled: 'OTEL_SDK_DISABLED',
  service: 'OTEL_SERVICE_NAME',
  sampler: VARIABLES.tracesSampler,
  argument: VARIABLES.tracesPart,
} as const;

/** Every way to choose traces that the standard names. */
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** What the standard variables say of traces; undefined where they name no collector. @throws CannotStart for what is not understood */
export function tracingChoice(environment: Environment, site: string | undefined): TracingChoice | undefined {
  const read = (name: keyof typeof NAMES) => environment[NAMES[name]]?.trim() || undefined;
  const [own, base] = [read('tracesEndpoint'), read('endpoint')];
  if ((own ?? base) === undefined || read('disabled') === 'true' || read('exporter') === 'none')
    return undefined;
  const url = own ?? `${base!.replace(/\/+$/, '')}/v1/traces`;
  const name = own ? NAMES.tracesEndpoint : NAMES.endpoint;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CannotStart(`${name} is no address of a collector; write http://localhost:4318`);
  const protocol = read('tracesProtocol') ?? read('protocol') ?? 'http/json';
  if (protocol !== 'http/json')
    throw new CannotStart(
      `${NAMES.protocol} is ${JSON.stringify(protocol)}; traces leave as http/json, which collectors take on port 4318`,
    );
  const sampler = read('sampler') ?? 'parentbased_always_on';
  if (!(SAMPLERS as readonly string[]).includes(sampler))
    throw new CannotStart(`${NAMES.sampler} is ${JSON.stringify(sampler)}; there are ${SAMPLERS.join(', ')}`);
  const ratio = Number(read('argument') ?? 1);
  if (!(ratio >= 0 && ratio <= 1))
    throw new CannotStart(
      `${NAMES.argument} is ${JSON.stringify(read('argument'))}; a part of all traces is from 0 to 1`,
    );
  return { url, service: read('service') ?? 'education-api', sampler, ratio, site };
}
