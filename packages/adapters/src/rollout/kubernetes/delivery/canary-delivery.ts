import type { DeliveryPhase, DeliverySeen } from '@lastgood/domain/rollback/contracts/delivery';
import { canaryChecksum } from './canary-checksum.ts';
import type { ServedCanary } from './served-delivery.ts';

/** Flagger's default, https://docs.flagger.app/usage/how-it-works#canary-analysis */
const defaultIntervalMs = 60_000;

interface CanaryFence {
  generation: number;
  /** Whether the member is there at all. */
  isWritten: boolean;
}

/**
 * What a Canary says of itself. Pure.
 *
 * @param stableImages of the Deployment that carries the stable version; null where it is not there
 */
export function canarySeen(
  { metadata, spec, status = {} }: ServedCanary,
  cluster: string,
  stableImages: Record<string, string> | null,
): DeliverySeen {
  const phase = phaseOf(status.phase);
  const revision = status.lastAppliedSpec ?? '';
  const fence: CanaryFence = {
    generation: metadata.generation ?? 0,
    isWritten: typeof spec.skipAnalysis === 'boolean',
  };
  return {
    uid: metadata.uid,
    revision,
    checksum: canaryChecksum(revision, status.trackedConfigs),
    phase,
    healthy: phase === 'promoted',
    weight: phase === 'promoted' ? 100 : (status.canaryWeight ?? 0),
    // It keeps no note of the generation that it has seen: a new template shows as another revision.
    observed: true,
    // It asks; nothing is sent to it.
    ordered: true,
    skipsAnalysis: spec.skipAnalysis ?? null,
    suspended: spec.suspend === true,
    asksUs: webhooksOf(spec).some((hook) => hook.type === 'rollback' && isOurs(hook.url, cluster)),
    lookEveryMs: intervalMs(spec.analysis?.interval ?? spec.canaryAnalysis?.interval),
    stableImages,
    templateFrom: { kind: spec.targetRef?.kind ?? '', name: spec.targetRef?.name ?? '' },
    beingDeleted: Boolean(metadata.deletionTimestamp),
    sentence: status.phase ?? 'no phase yet',
    fence,
  };
}

const phases: Record<string, DeliveryPhase> = {
  Initialized: 'promoted',
  Waiting: 'bringing-out',
  Progressing: 'bringing-out',
  WaitingPromotion: 'bringing-out',
  Promoting: 'ending',
  Finalising: 'ending',
  Succeeded: 'promoted',
  Failed: 'aborted',
};

function phaseOf(phase: string | undefined): DeliveryPhase {
  return (phase === undefined ? undefined : phases[phase]) ?? 'starting';
}

function webhooksOf({ analysis, canaryAnalysis }: ServedCanary['spec']) {
  return (analysis ?? canaryAnalysis)?.webhooks ?? [];
}

/** Under which name Lastgood is reached in the cluster, only the cluster knows. */
function isOurs(url: string | undefined, cluster: string): boolean {
  const path = url && URL.canParse(url) ? new URL(url).pathname : '';
  return path.endsWith(`/api/v1/flagger/${encodeURIComponent(cluster)}/rollback`);
}

const unitsMs: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** "1m30s", as Go writes durations. */
function intervalMs(text: string | undefined): number {
  const parts = [...(text ?? '').matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const total = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (unitsMs[unit] ?? 0), 0);
  return total > 0 ? total : defaultIntervalMs;
}

/** The patch that writes `spec.skipAnalysis`, or takes it out, with its fence inside. */
export function analysisPatch({ uid, fence }: DeliverySeen, skip: boolean | null): object[] {
  const { generation, isWritten } = fence as CanaryFence;
  const path = '/spec/skipAnalysis';
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/metadata/generation', value: generation },
    skip === null && isWritten ? { op: 'remove', path } : { op: 'add', path, value: skip ?? false },
  ];
}
