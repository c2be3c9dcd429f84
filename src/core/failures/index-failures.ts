/* What to do when nothing can be found, because the list of declarations is not there. */
import { failuresOf } from './failure.ts';

export const indexUnavailable = failuresOf('index-unavailable', {
  beingMade: ({ seconds }: { seconds: number }) =>
    `It is made once for each image. Try again in ${seconds} seconds; \`lean-docker-mcp image build\` makes it ahead of calls.`,
  notMade:
    'Try again; if it stays so, give its sandboxes more memory (docker.memory_limit), or build the image anew with `lean-docker-mcp image build`.',
  notKept: 'Free some disk space, or set XDG_CACHE_HOME to a folder with room that this user may write to.',
  notInImage: 'Build it anew with `lean-docker-mcp image build`; `lean-docker-mcp doctor` says more of its elaborator.',
});
