import { SpanStatusCode, type Attributes } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import type { Tracer } from "./tracer.ts";

const EXPORT_WITHIN_MS = 3_000;

/**
 * Sends spans as OTLP over HTTP, in JSON, to `<endpoint>/v1/traces` (opentelemetry.io, "OTLP Specification"). A
 * collector that does not answer costs spans, and nothing else.
 */
export function openTracer(endpoint: string, role: string): Tracer {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, "")}/v1/traces`,
    timeoutMillis: EXPORT_WITHIN_MS,
  });
  const provider = new NodeTracerProvider({
    resource: resourceOf({ "service.name": "drawbridge", "drawbridge.role": role }),
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: EXPORT_WITHIN_MS })],
  });
  // Its context manager is what makes spans children of each other.
  provider.register();
  const tracer = provider.getTracer("drawbridge");
  return {
    span: (name, ids, work) =>
      tracer.startActiveSpan(name, { attributes: namespaced(ids) }, async (span) => {
        try {
          const value = await work();
          const kind = kindOf(value);
          if (kind !== undefined) span.setAttribute("drawbridge.outcome", kind);
          return value;
        } catch (error) {
          // By its name: messages may tell of people and addresses.
          const message = error instanceof Error ? error.name : "unknown";
          span.setStatus({ code: SpanStatusCode.ERROR, message });
          throw error;
        } finally {
          span.end();
        }
      }),
    async close() {
      await provider.shutdown().catch(() => undefined);
    },
  };
}

function namespaced(ids: Readonly<Record<string, string>>): Attributes {
  return Object.fromEntries(Object.entries(ids).map(([name, id]) => [`drawbridge.${name}`, id]));
}

/** What came out of it, by its kind or status: both are words of the product's own. */
function kindOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if ("kind" in value && typeof value.kind === "string") return value.kind;
  return "status" in value && typeof value.status === "number" ? String(value.status) : undefined;
}

type Resource = NonNullable<ConstructorParameters<typeof NodeTracerProvider>[0]>["resource"];

/** What all spans are of; nothing is found out about the host. */
function resourceOf(attributes: Attributes): NonNullable<Resource> {
  const resource: NonNullable<Resource> = {
    attributes,
    merge: () => resource,
    getRawAttributes: () => Object.entries(attributes),
  };
  return resource;
}
