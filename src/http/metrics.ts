import type { Routes } from './http-app.ts';

/** What Prometheus collects, as text. */
export interface MetricsSource {
  readonly contentType: string;
  readonly render: () => Promise<string>;
}

/** `/metrics`, in the text format of Prometheus. */
export function metricsRoutes({ contentType, render }: MetricsSource): Routes {
  return (app) => {
    app.get('/metrics', async (context) => context.body(await render(), 200, { 'content-type': contentType }));
  };
}
