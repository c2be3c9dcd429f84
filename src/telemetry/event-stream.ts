import { AsyncLocalStorage } from 'node:async_hooks';
import { messageOf } from '../core/app-error.ts';
import type { LogFields, Logger, Observer, Telemetry, TelemetryEvent } from './telemetry.ts';

/** Hands events to observers. One that throws is reported and does not disturb the others, nor what was going on. */
export class EventStream implements Telemetry {
  readonly #observers = new Set<Observer>();
  readonly #fields = new AsyncLocalStorage<LogFields>();
  #logger: Logger | undefined;

  /** The fields of the work that is going on, for the logger. */
  get fields(): LogFields {
    return this.#fields.getStore() ?? {};
  }

  /** Where failures of observers are reported. */
  reportTo(logger: Logger): void {
    this.#logger = logger;
  }

  /** Adds an observer. */
  add(observer: Observer): void {
    this.#observers.add(observer);
  }

  emit(event: TelemetryEvent): void {
    for (const observer of this.#observers) {
      try {
        observer(event);
      } catch (error) {
        this.#logger?.error('An observer of events failed', { event: event.kind, error: messageOf(error) });
      }
    }
  }

  within<Value>(fields: LogFields, work: () => Value): Value {
    return this.#fields.run({ ...this.fields, ...fields }, work);
  }

  get requestId(): string | undefined {
    const { request } = this.fields;
    return typeof request === 'string' ? request : undefined;
  }
}
