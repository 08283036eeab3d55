import type { KubeObject, SandboxClock } from '../kubernetes/index.ts';

interface Condition {
  type: string;
  observedGeneration: number;
}

interface HttpRoute extends KubeObject {
  spec?: { parentRefs?: object[] };
  status?: { parents?: { conditions?: Condition[] }[] };
}

export interface GatewayOptions {
  namespace: string;
  list(plural: string, namespace: string): KubeObject[];
  onChange(listener: () => void): () => void;
  cluster: { merge(kind: string, name: string, fields: object, subresource: 'status'): Promise<void> };
  clock: SandboxClock;
  onError(error: unknown): void;
}

const controllerName = 'sandbox.local/gateway';
/** About as long as a gateway needs to take over what a route says. */
const takesMs = 200;

/** Plays the gateway of every HTTPRoute: says in its status that it leads requests as the route stands now. */
export function startGateway({ namespace, list, onChange, cluster, clock, onError }: GatewayOptions): {
  close(): void;
} {
  let cancel: (() => void) | null = null;
  let ended = false;

  function soon(): void {
    if (ended || cancel) return;
    cancel = clock.schedule(takesMs, () => {
      cancel = null;
      for (const route of (list('httproutes', namespace) as HttpRoute[]).filter(isNews)) {
        cluster
          .merge('HTTPRoute', route.metadata.name, acceptedStatus(route, clock.now()), 'status')
          .catch((error: unknown) => {
            if (!ended) onError(error);
          });
      }
    });
  }

  const unsubscribe = onChange(() => {
    if ((list('httproutes', namespace) as HttpRoute[]).some(isNews)) soon();
  });
  soon();
  return {
    close() {
      ended = true;
      cancel?.();
      unsubscribe();
    },
  };
}

function isNews({ metadata, spec, status }: HttpRoute): boolean {
  const told = (status?.parents ?? []).flatMap(({ conditions = [] }) => conditions);
  const seen = Math.min(...told.map(({ observedGeneration }) => observedGeneration));
  return (spec?.parentRefs ?? []).length > 0 && (told.length === 0 || seen < (metadata.generation ?? 0));
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus */
function acceptedStatus({ metadata, spec }: HttpRoute, now: number): object {
  const told = { status: 'True', observedGeneration: metadata.generation };
  const at = { lastTransitionTime: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'), message: '' };
  const conditions = [
    { type: 'Accepted', reason: 'Accepted', ...told, ...at },
    { type: 'ResolvedRefs', reason: 'ResolvedRefs', ...told, ...at },
  ];
  const parents = (spec?.parentRefs ?? []).map((parentRef) => ({ parentRef, controllerName, conditions }));
  return { status: { parents } };
}
