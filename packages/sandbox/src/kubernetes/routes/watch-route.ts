import { apiError, badRequest, forbidden, invalid } from '../api-error.ts';
import { apiVersionOf } from '../kinds/kind-definition.ts';
import type { KubeObject } from '../objects.ts';
import type { Change } from '../storage.ts';
import { selection } from './collection-routes.ts';
import type { ApiParts, ApiRequest, Target } from './request.ts';

/** Where a watch writes to. `end` finishes cleanly, so that the client sees an ordinary end of the stream. */
export interface WatchSink {
  send(event: { type: string; object: object }): void;
  end(): void;
}

const DEFAULT_TIMEOUT_MS = 30 * 60_000;
const BOOKMARK_EVERY_MS = 60_000;

/**
 * A watch on a collection. Starts with synthetic ADDED events (no version, version 0, or `sendInitialEvents`) or
 * with what came after the given version, then follows. An expired version is an ERROR event inside the stream.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 *
 * Checks the request at once and returns a function that opens the stream; that returns one that stops it.
 */
export function openWatch(
  parts: ApiParts,
  request: ApiRequest,
  target: Target,
): (sink: WatchSink) => () => void {
  const { storage, clock } = parts;
  const { query } = request;
  const matches = selection(request, target);
  const isWanted = (object: KubeObject): boolean =>
    (target.namespace === undefined || object.metadata.namespace === target.namespace) && matches(object);
  const sendsInitial = query.get('sendInitialEvents') === 'true';
  if (sendsInitial && query.get('resourceVersionMatch') !== 'NotOlderThan') {
    const why = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
    throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, [forbidden('resourceVersionMatch', why)]);
  }
  const from = readVersion(query.get('resourceVersion'));
  const timeoutMs = readTimeoutMs(query.get('timeoutSeconds'));
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true';

  const bookmark = (annotations?: Record<string, string>): { type: string; object: object } => ({
    type: 'BOOKMARK',
    object: {
      kind: target.kind.kind,
      apiVersion: apiVersionOf(target.kind),
      metadata: { resourceVersion: String(storage.version()), annotations },
    },
  });

  return (sink) => {
    const stops: (() => void)[] = [];
    const stop = (): void => {
      for (const cancel of stops.splice(0)) cancel();
    };
    const finish = (): void => {
      stop();
      sink.end();
    };
    if (from && from < storage.oldestVersion()) {
      sink.send({ type: 'ERROR', object: expired(from, storage.oldestVersion()) });
      finish();
      return stop;
    }
    if (!from || sendsInitial) {
      for (const object of storage.list(target.kind.plural).filter(isWanted))
        sink.send({ type: 'ADDED', object });
      if (sendsInitial && wantsBookmarks) sink.send(bookmark({ 'k8s.io/initial-events-end': 'true' }));
    }
    const start = !from || sendsInitial ? storage.version() : from;
    const follow = (change: Change): void => {
      if (change.plural !== target.kind.plural || change.resourceVersion <= start) return;
      const type = seenAs(change, isWanted);
      if (type) sink.send({ type, object: change.object });
    };
    for (const change of storage.changesSince(start, target.kind.plural)) follow(change);
    stops.push(storage.subscribe(follow), clock.schedule(timeoutMs, finish));
    if (wantsBookmarks) scheduleBookmarks(timeoutMs, () => sink.send(bookmark()), clock.schedule, stops);
    return stop;
  };
}

/** About once a minute, and in the last two seconds, so that the client can resume from a recent version. */
function scheduleBookmarks(
  timeoutMs: number,
  send: () => void,
  schedule: (afterMs: number, action: () => void) => () => void,
  stops: (() => void)[],
): void {
  const repeat = (): void => {
    stops.push(
      schedule(BOOKMARK_EVERY_MS, () => {
        send();
        repeat();
      }),
    );
  };
  repeat();
  if (timeoutMs > 2_000) stops.push(schedule(timeoutMs - 2_000, send), schedule(timeoutMs - 1_000, send));
}

/** What a change looks like to someone who only sees selected objects. */
function seenAs(change: Change, isWanted: (object: KubeObject) => boolean): string | undefined {
  const before = change.type !== 'ADDED' && change.previous !== undefined && isWanted(change.previous);
  const after = change.type !== 'DELETED' && isWanted(change.object);
  if (before && after) return 'MODIFIED';
  if (after) return 'ADDED';
  return before ? 'DELETED' : undefined;
}

function readTimeoutMs(text: string | null): number {
  if (!text) return DEFAULT_TIMEOUT_MS;
  if (!/^\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return Number(text) * 1000 || DEFAULT_TIMEOUT_MS;
}

function readVersion(text: string | null): number {
  if (!text) return 0;
  if (!/^\d+$/.test(text)) {
    const why = `strconv.ParseUint: parsing "${text}": invalid syntax`;
    throw apiError(500, undefined, `resourceVersion: Invalid value: "${text}": ${why}`);
  }
  return Number(text);
}

function expired(asked: number, oldest: number): object {
  return apiError(410, 'Expired', `too old resource version: ${asked} (${oldest})`).status;
}
