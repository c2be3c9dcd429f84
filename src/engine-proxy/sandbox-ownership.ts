import { z } from 'zod';
import { containerLabels, imageLabels, memoryHintInLabel } from '../sandbox/docker/labels.ts';
import type { EngineLink } from './engine-link.ts';

/** Who cannot make one through the proxy reads this. */
export const howImagesAreMade =
  'images are made with the engine itself, by `lean-docker-mcp image build` with its own DOCKER_HOST';

/** A request that is not passed on. */
export class Refusal extends Error {
  /** Of the HTTP answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const inspected = z.object({ Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }) });

/** Tells our containers and images from those of others, by their labels. */
export class SandboxOwnership {
  readonly #engine: EngineLink;

  constructor(engine: EngineLink) {
    this.#engine = engine;
  }

  /** @throws Refusal when it is no sandbox of ours */
  async requireSandbox(id: string, signal: AbortSignal): Promise<void> {
    const labels = await this.#labels(`/containers/${id}/json`, `No such container: ${id}`, signal);
    if (labels[containerLabels.instance] === undefined) throw new Refusal(403, 'the container is no sandbox');
  }

  /** @returns how much memory its sandboxes should have, in bytes. @throws Refusal when it is none of ours */
  async requireImage(name: string, signal: AbortSignal): Promise<number> {
    const labels = await this.#labels(`/images/${name}/json`, `No such image: ${name}`, signal);
    if (labels[imageLabels.format] === undefined)
      throw new Refusal(403, `the image is not for sandboxes; ${howImagesAreMade}`);
    const { data: hint } = memoryHintInLabel.safeParse(labels[imageLabels.memoryHint]);
    // What is no number would be a limit that nothing is above.
    return hint === undefined || hint === '' ? 0 : hint;
  }

  async #labels(path: string, missing: string, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { status, value } = await this.#engine.read(path, signal);
    if (status === 404) throw new Refusal(404, missing);
    if (status !== 200) throw new Refusal(502, `the engine answered ${status}`);
    return inspected.parse(value).Config.Labels ?? {};
  }
}
