import { AppError } from '../core/app-error.ts';
import type { Routes } from './http-app.ts';

export interface HealthOptions {
  /** Throws AppError when calls could not be served now. */
  readonly ready: () => Promise<void>;
}

/**
 * What load balancers ask: `/healthz`, whether the process answers at all, and `/readyz`, whether calls should be sent here.
 * The answers tell no more than a code, because anybody may ask.
 */
export function healthRoutes({ ready }: HealthOptions): Routes {
  return (app) => {
    app.get('/healthz', (context) => context.json({ status: 'ok' }));
    app.get('/readyz', async (context) => {
      try {
        await ready();
        return context.json({ status: 'ready' });
      } catch (error) {
        return context.json({ status: error instanceof AppError ? error.code : 'internal' }, 503);
      }
    });
  };
}
