import { JoinedSignal } from './joined-signal.ts';

type Happening<Item, Result> =
  { readonly read: IteratorResult<Item, unknown> } | { readonly result: Result } | { readonly error: unknown };

/**
 * Does work for items, as many at a time as there are places, and yields what comes of it as it comes. An item is taken from
 * its source only when there is a place for it, and none while nobody takes results. Ending it early ends the work.
 *
 * @param places how many items may be under way now; at least one is
 * @throws what the source or the work throws; the work that is under way is then ended
 */
export async function* severalAtOnce<Item, Result>(
  source: AsyncIterable<Item> | Iterable<Item>,
  places: () => number,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal,
): AsyncGenerator<Result, void, undefined> {
  const end = new AbortController();
  using joined = new JoinedSignal([signal, end.signal]);
  const happenings: Happening<Item, Result>[] = [];
  let wake: () => void = () => undefined;
  const tell = (happening: Happening<Item, Result>): void => {
    happenings.push(happening);
    wake();
  };
  const watch = <Value>(promise: Promise<Value>, asHappening: (value: Value) => Happening<Item, Result>): void => {
    promise.then(
      (value) => {
        tell(asHappening(value));
      },
      (error: unknown) => {
        tell({ error });
      },
    );
  };
  const items = iteratorOf(source);
  let isReading = false;
  let hasEnded = false;
  let running = 0;
  const underWay = new Set<Promise<unknown>>();
  try {
    for (;;) {
      if (!isReading && !hasEnded && running < Math.max(1, places())) {
        isReading = true;
        watch(items.next(), (read) => ({ read }));
      }
      const happening = happenings.shift();
      if (happening === undefined) {
        if (hasEnded && running === 0) return;
        await new Promise<void>((resolve) => (wake = resolve));
      } else if ('error' in happening) throw happening.error;
      else if ('result' in happening) {
        running -= 1;
        yield happening.result;
      } else {
        isReading = false;
        if (happening.read.done === true) hasEnded = true;
        else {
          running += 1;
          const working = work(happening.read.value, joined.signal);
          underWay.add(working);
          void working.catch(() => undefined).finally(() => underWay.delete(working));
          watch(working, (result) => ({ result }));
        }
      }
    }
  } finally {
    end.abort(new DOMException('nobody wants the rest', 'AbortError'));
    // One that is being read from may not answer for long, and nobody waits for what it says.
    if (!hasEnded) items.return?.().then(undefined, () => undefined);
    await Promise.allSettled(underWay);
  }
}

function iteratorOf<Item>(source: AsyncIterable<Item> | Iterable<Item>): AsyncIterator<Item, unknown> {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  const iterator = source[Symbol.iterator]();
  return { next: () => Promise.resolve(iterator.next()) };
}
