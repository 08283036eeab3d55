import { CANARIES } from '../kinds/delivery-kinds.ts';
import { DEPLOYMENTS } from '../kinds/deployment-kind.ts';
import type { Deployment, KubeObject, PodTemplate } from '../objects.ts';
import { templateHash } from '../seeded-names.ts';
import { type ControllerParts, keyOf, splitKey } from './controller-parts.ts';
import { createControllerWrites } from './controller-writes.ts';
import { flaggerChecksum } from './flagger-checksum.ts';

const COMPONENT = 'flagger';

interface Canary extends KubeObject {
  spec: {
    targetRef: { kind: string; name: string };
    analysis?: {
      interval?: string;
      stepWeight?: number;
      maxWeight?: number;
      webhooks?: { name: string; type: string; url: string; metadata?: Record<string, string> }[];
    };
    skipAnalysis?: boolean;
    suspend?: boolean;
  };
  status?: CanaryStatus;
}

interface CanaryStatus {
  phase?: string;
  canaryWeight?: number;
  lastAppliedSpec?: string;
  lastPromotedSpec?: string;
}

interface Advance {
  canary: Canary;
  target: Deployment;
  primary: Deployment;
  /** Of the template that the target has now. */
  hash: string;
}

/**
 * A small Flagger: once an interval it looks at each Canary, one phase further at most. A template that is not the one promoted
 * last starts an analysis; in it, its webhooks of type `rollback` are asked over HTTP, and any answer up to 202 is an order. No
 * metrics, no router: the weight is what the status says. https://docs.flagger.app/usage/how-it-works
 */
export function startFlaggerController(parts: ControllerParts): void {
  const { storage, clock } = parts;
  const writes = createControllerWrites(parts.writes, COMPONENT);
  const running = new Set<string>();

  storage.subscribe(({ plural, object }) => {
    if (plural === CANARIES.plural) begin(keyOf(object));
  });
  for (const canary of storage.list(CANARIES.plural)) begin(keyOf(canary));

  function begin(key: string): void {
    if (running.has(key)) return;
    running.add(key);
    next(key);
  }

  function next(key: string): void {
    const canary = read(key);
    if (!canary) return void running.delete(key);
    clock.schedule(intervalMs(canary), () => {
      // A look that loses against another writer is made up for by the next one.
      void advance(key).then(
        () => next(key),
        () => next(key),
      );
    });
  }

  function read(key: string): Canary | undefined {
    const [namespace, name] = splitKey(key);
    return storage.get(CANARIES.plural, namespace, name) as Canary | undefined;
  }

  function deployment(namespace: string | undefined, name: string): Deployment | undefined {
    return storage.get(DEPLOYMENTS.plural, namespace, name) as Deployment | undefined;
  }

  async function advance(key: string): Promise<void> {
    const canary = read(key);
    if (!canary || canary.spec.suspend || canary.metadata.deletionTimestamp) return;
    const { namespace } = canary.metadata;
    const target = deployment(namespace, canary.spec.targetRef.name);
    if (!target) return;
    const primary = deployment(namespace, `${target.metadata.name}-primary`);
    if (!primary) return initialise(canary, target);
    await further({ canary, target, primary, hash: templateHash(target.spec.template) });
  }

  function initialise(canary: Canary, target: Deployment): void {
    const { name, uid, namespace } = canary.metadata;
    const owner = { apiVersion: 'flagger.app/v1beta1', kind: CANARIES.kind, name, uid };
    writes.create(DEPLOYMENTS, namespace, {
      metadata: {
        name: `${target.metadata.name}-primary`,
        ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
      },
      spec: {
        replicas: target.spec.replicas,
        selector: { matchLabels: primaryLabels(target) },
        template: primaryTemplate(target),
      },
    });
    setStatus(canary, { phase: 'Initializing' });
  }

  async function further(look: Advance): Promise<void> {
    const { canary, target, primary, hash } = look;
    const { phase, lastAppliedSpec, lastPromotedSpec } = canary.status ?? {};
    if (phase === undefined || phase === 'Initializing') {
      if (!isReady(primary)) return;
      scale(target, 0);
      return setStatus(canary, {
        ...{ phase: 'Initialized', canaryWeight: 0, lastAppliedSpec: hash, lastPromotedSpec: hash },
      });
    }
    // A template that was promoted last starts nothing: somebody has rolled back by hand.
    const isNew = hash !== lastAppliedSpec && hash !== lastPromotedSpec;
    if (phase === 'Promoting') return setStatus(canary, { phase: 'Finalising' });
    if (phase === 'Finalising') return succeed(look);
    if (isNew) {
      scale(target, primary.spec.replicas);
      return setStatus(canary, { phase: 'Progressing', canaryWeight: 0, lastAppliedSpec: hash });
    }
    if (phase === 'Progressing') await analyse(look);
  }

  async function analyse(look: Advance): Promise<void> {
    const { canary, target, primary } = look;
    if (!isReady(target)) return;
    if (canary.spec.skipAnalysis) {
      promote(look);
      return succeed(look);
    }
    if (await isOrdered(canary)) {
      scale(target, 0);
      return setStatus(read(keyOf(canary)) ?? canary, { phase: 'Failed', canaryWeight: 0 });
    }
    const { stepWeight = 10, maxWeight = 50 } = canary.spec.analysis ?? {};
    const weight = canary.status?.canaryWeight ?? 0;
    if (weight >= maxWeight) {
      promote({ ...look, primary });
      return setStatus(canary, { phase: 'Promoting' });
    }
    setStatus(canary, { canaryWeight: weight + stepWeight });
  }

  async function isOrdered({ metadata, spec, status }: Canary): Promise<boolean> {
    for (const hook of spec.analysis?.webhooks ?? []) {
      if (hook.type !== 'rollback') continue;
      const asked = {
        ...{ name: metadata.name, namespace: metadata.namespace, phase: status?.phase },
        ...{ checksum: flaggerChecksum(status?.lastAppliedSpec ?? ''), metadata: hook.metadata ?? {} },
      };
      const answer = await fetch(hook.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(asked),
        signal: AbortSignal.timeout(10_000),
      }).catch(() => null);
      await answer?.body?.cancel();
      if (answer !== null && answer.status <= 202) return true;
    }
    return false;
  }

  function promote({ target, primary }: Advance): void {
    writes.update(DEPLOYMENTS, { ...primary, spec: { ...primary.spec, template: primaryTemplate(target) } });
  }

  function succeed({ canary, target }: Advance): void {
    scale(target, 0);
    const { lastAppliedSpec = '' } = canary.status ?? {};
    setStatus(canary, { phase: 'Succeeded', canaryWeight: 0, lastPromotedSpec: lastAppliedSpec });
  }

  function setStatus(canary: Canary, change: CanaryStatus): void {
    writes.updateStatus(CANARIES, { ...canary, status: { ...canary.status, ...change } });
  }

  function scale(target: Deployment, replicas: number): void {
    if (target.spec.replicas !== replicas)
      writes.update(DEPLOYMENTS, { ...target, spec: { ...target.spec, replicas } });
  }
}

function isReady({ metadata, spec, status }: Deployment): boolean {
  const isObserved = (metadata.generation ?? 0) <= (status.observedGeneration ?? 0);
  return (
    isObserved &&
    (status.updatedReplicas ?? 0) >= spec.replicas &&
    (status.availableReplicas ?? 0) >= spec.replicas
  );
}

function primaryLabels({ metadata, spec }: Deployment): Record<string, string> {
  const own = spec.template.metadata?.labels ?? {};
  return Object.fromEntries(
    Object.entries(own).map(([key, value]) => [key, value === metadata.name ? `${value}-primary` : value]),
  );
}

function primaryTemplate(target: Deployment): PodTemplate {
  const { template } = target.spec;
  const annotations = { ...template.metadata?.annotations, 'flagger-id': templateHash(template) };
  return { ...template, metadata: { ...template.metadata, labels: primaryLabels(target), annotations } };
}

function intervalMs({ spec }: Canary): number {
  const [, count = '60', unit = 's'] = /^(\d+)(s|m)$/.exec(spec.analysis?.interval ?? '') ?? [];
  return Number(count) * (unit === 'm' ? 60_000 : 1_000);
}
