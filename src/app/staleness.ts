/*
 * Whether what runs is still what is installed. A server lives as long as its client, for days maybe; meanwhile the package
 * is updated, or the image is built again or removed, and whoever calls would wonder about answers of the past.
 */
import type { Principal } from '../core/ids.ts';
import { within } from '../core/within.ts';
import { remembered } from './remembered.ts';

/** An image that sandboxes are made from. */
export interface WatchedImage {
  readonly name: string;
  /** The id of the image that the name stands for; `undefined` when there is none. Throws when nobody can tell. */
  readonly find: () => Promise<string | undefined>;
}

export interface StalenessOptions {
  /** The version that runs. */
  readonly running: string;
  /** The version on disk. Throws when it is no longer there. */
  readonly installed: () => string;
  readonly images: readonly WatchedImage[];
  /** How long an answer is good enough, in milliseconds. */
  readonly maxAgeMs: number;
}

const maxLookMs = 500;

export class Staleness {
  readonly #options: StalenessOptions;
  readonly #told = new Map<Principal, string>();
  /** The images that were there first, by name; none was before the first call has built it. */
  readonly #firstImages = new Map<string, string>();

  /** What there is to say now; `undefined` when all is as it was at the start. Never rejects. */
  readonly notice: () => Promise<string | undefined>;

  constructor(options: StalenessOptions) {
    this.#options = options;
    this.notice = remembered(async () => {
      const about = options.images.map((image) => this.#aboutImage(image).catch(() => undefined));
      const all = [this.#aboutPackage(), ...(await Promise.all(about))];
      const text = all.filter((one) => one !== undefined).join(' ');
      return text === '' ? undefined : text;
    }, options.maxAgeMs);
  }

  /** The same for a caller who was not told yet. */
  async news(principal: Principal): Promise<string | undefined> {
    const notice = await this.notice();
    const told = this.#told.get(principal);
    if (notice === undefined) this.#told.delete(principal);
    else this.#told.set(principal, notice);
    return notice === told ? undefined : notice;
  }

  #aboutPackage(): string | undefined {
    const { running, installed } = this.#options;
    const restart = 'restart it, in most clients by restarting the client.';
    try {
      const version = installed();
      if (version === running) return undefined;
      return `This server is lean-docker-mcp ${running}, and ${version} is installed by now: ${restart}`;
    } catch {
      return `What this server was started from is no longer there: ${restart}`;
    }
  }

  async #aboutImage({ name, find }: WatchedImage): Promise<string | undefined> {
    // Results do not wait for an engine that does not answer.
    const found = await within(find(), maxLookMs);
    if (found === undefined) throw new Error('no answer');
    const { value: image } = found;
    const first = this.#firstImages.get(name) ?? image;
    if (first !== undefined) this.#firstImages.set(name, first);
    if (image === first) return undefined;
    if (image === undefined) {
      return `The image ${name} is gone: the next call that needs it builds it, or run lean-docker-mcp image build.`;
    }
    return `The image ${name} was built anew: new sandboxes are made from it; an open session changes over when its container is made anew.`;
  }
}
