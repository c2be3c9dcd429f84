/** Something that can be kept ready. */
export interface PoolItem extends AsyncDisposable {
  /** Settles when the item is of no use any more. */
  readonly ended: Promise<unknown>;
}

/** A kind of item. Kinds of one name are the same, and make the same. */
export interface ItemKind<Item extends PoolItem = PoolItem> {
  readonly name: string;
  /** Whether it may be kept ready when it is wanted often, though it is not ranked. */
  readonly keptOnDemand: boolean;
  /** The {@link KindGroup} that it is of; absent: of those that are in none. */
  readonly group?: string;
  /** Makes an item; gives up when the signal fires. */
  readonly make: (signal: AbortSignal) => Promise<Item>;
}

/** Kinds that are kept ready as one: how many, follows from how much all of them are wanted. */
export interface KindGroup<Kind> {
  readonly name: string;
  /** Kinds of it that are kept ready whether they are wanted or not, the most important first. */
  readonly ranked: readonly Kind[];
  /** What an item of it takes, in bytes. */
  readonly memory: number;
}

/** What a kind makes. */
export type ItemOf<Kind extends ItemKind> = Kind extends ItemKind<infer Item> ? Item : never;

/** What the owner of a pool says to others, because only it knows what the items are. */
export interface PoolOwner<Kind> {
  /** What a lease rejects with once the pool is disposed. */
  readonly shuttingDown: () => Error;
  /** What a lease rejects with when an item was made, and was of no use by then. */
  readonly endedAtOnce: () => Error;
  /** Told once when a kind cannot be made, or does not last; it is tried again with growing pauses. */
  readonly onTrouble: (kind: Kind, error: unknown) => void;
  /** Told once when it can be made again. */
  readonly onRecovered: (kind: Kind) => void;
  /** An item could not be disposed. */
  readonly onLeftBehind: (error: unknown) => void;
}
