/*
 * Every request to the engine has a time limit, so that an engine that takes the connection and never answers stops a call
 * and not this program. It counts until the answer begins; what then comes as a stream may take as long as it likes.
 */
import type Docker from 'dockerode';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { JoinedSignal } from '../../core/joined-signal.ts';

/** A request, as far as it matters here. The engine's client calls back when the answer has begun, or is there as a whole. */
interface EngineRequest {
  readonly path: string;
  readonly method?: string;
  readonly abortSignal?: AbortSignal;
}
type Callback = (error: unknown, result?: unknown) => void;
interface RequestMaker {
  dial: (request: EngineRequest, callback: Callback) => void;
}

/** Long enough for an engine at work on many containers. */
const requestLimitMs = 60_000;
/** Their answers begin when the engine has received and done much, or something has ended; they have watchers of their own. */
const slowRequests = /^\/(?:v[\d.]+\/)?(?:build|commit|containers\/\w+\/wait|images\/(?:create|load))\b/;

/** Gives every request of the client its time limit. @returns the client */
export function limitRequests(docker: Docker, limitMs = requestLimitMs): Docker {
  const maker = docker.modem as RequestMaker;
  const dial = maker.dial.bind(maker);
  maker.dial = (request, callback) => {
    if (slowRequests.test(request.path)) {
      dial(request, callback);
      return;
    }
    const limit = new AbortController();
    const timer = setTimeout(() => {
      limit.abort(unanswered(request, limitMs));
    }, limitMs);
    const { abortSignal } = request;
    // Not disposed: the request's own signal ends a stream, too.
    const { signal } = new JoinedSignal(abortSignal === undefined ? [limit.signal] : [limit.signal, abortSignal]);
    dial({ ...request, abortSignal: signal }, (error, result) => {
      clearTimeout(timer);
      callback(limit.signal.aborted ? limit.signal.reason : error, result);
    });
  };
  return docker;
}

function unanswered({ method = 'GET', path }: EngineRequest, limitMs: number): AppError {
  const what = `${method} ${path.split('?', 1).join('')}`;
  return new AppError(
    failures['engine-failed'].noAnswerInTime,
    `The Docker engine did not answer within ${limitMs / 1000} s (${what}).`,
  );
}
