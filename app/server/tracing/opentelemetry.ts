import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Tracing, TracingChoice } from './tracing.ts';

/** A collector that is away is logged so often, in milliseconds. */
const TELL_AGAIN_MILLISECONDS = 60_000;
/** What the end of the app waits for a collector at most. */
const LAST_MILLISECONDS = 2000;
/** Of a long statement so many characters are exported. */
const STATEMENT_MAX = 4000;

/**
 * Traces by OpenTelemetry. Spans are begun by the app itself: libraries that rewrite others while they are loaded find
 * nothing in a server that is bundled to one file. What the collector does not take is kept for a while and then dropped.
 */
export function openTelemetry(choice: TracingChoice, onFailure: (error: unknown) => void): Tracing {
  let reportedAt = Number.NEGATIVE_INFINITY;
  setGlobalErrorHandler((error) => {
    if (performance.now() - reportedAt < TELL_AGAIN_MILLISECONDS) return;
    reportedAt = performance.now();
    onFailure(error);
  });
  const own = resourceFromAttributes({
    'service.name': choice.service,
    'service.instance.id': randomUUID(),
    ...(choice.site ? { 'cloud.region': choice.site } : {}),
  });
  const exporter = new OTLPTraceExporter({ url: choice.url });
  const provider = new TracerProvider({
    // OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME have the last word.
    resource: own.merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(choice),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('fredu');
  const propagator = new W3CTraceContextPropagator();
  const current = new AsyncLocalStorage<Context>();
  const now = () => current.getStore() ?? ROOT_CONTEXT;

  return {
    serve(method, headers) {
      const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER }, parent);
      const context = trace.setSpan(parent, span);
      let ended = false;
      return {
        traceId: span.spanContext().traceId,
        within: (work) => current.run(context, work),
        end({ name, attributes, error }) {
          if (ended) return;
          ended = true;
          span.updateName(name).setAttributes(attributes);
          if (error) span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    async ask(name, attributes, work) {
      const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, now());
      const context = trace.setSpan(now(), span);
      const headers: Record<string, string> = {};
      propagator.inject(context, headers, defaultTextMapSetter);
      try {
        return await current.run(context, () =>
          work({ headers, tell: (more) => void span.setAttributes(more) }),
        );
      } catch (error) {
        span.setAttribute('error.type', kindOf(error)).setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    },
    statement(text, milliseconds, error) {
      // Of a request that is not sampled nothing is.
      if (trace.getSpan(now())?.isRecording() === false) return;
      const endTime = Date.now();
      const operation = /^\s*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? 'SQL';
      const span = tracer.startSpan(
        operation,
        {
          kind: SpanKind.CLIENT,
          startTime: endTime - milliseconds,
          attributes: {
            'db.system.name': 'postgresql',
            'db.operation.name': operation,
            'db.query.text': text.slice(0, STATEMENT_MAX),
          },
        },
        now(),
      );
      if (error) span.setAttribute('error.type', kindOf(error)).setStatus({ code: SpanStatusCode.ERROR });
      span.end(endTime);
    },
    async close() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, LAST_MILLISECONDS).unref());
      await Promise.race([provider.shutdown().catch(onFailure), late]);
    },
  };
}

/** What kind of failure it was: never its words, in which people's data may stand. */
function kindOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return String(code ?? name ?? 'error');
}

function samplerOf({ sampler, ratio }: TracingChoice): Sampler {
  const root: Sampler = sampler.endsWith('off')
    ? new AlwaysOffSampler()
    : sampler.endsWith('ratio')
      ? new TraceIdRatioBasedSampler(ratio)
      : new AlwaysOnSampler();
  return sampler.startsWith('parentbased') ? new ParentBasedSampler({ root }) : root;
}
