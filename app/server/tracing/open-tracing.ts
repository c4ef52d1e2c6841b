import type { Tracing, TracingChoice } from './tracing.ts';

/** Opens the way to the collector. Nothing of the libraries for it is loaded where none is named. */
export async function openTracing(
  choice: TracingChoice | undefined,
  onFailure: (error: unknown) => void,
): Promise<Tracing | undefined> {
  if (!choice) return undefined;
  return (await import('./opentelemetry.ts')).openTelemetry(choice, onFailure);
}
