import {
  commitLink,
  imageStateOf,
  isGoodTarget,
  missingRecord,
  orderTargets,
  proofInWords,
  type TargetCandidate,
  targetDiffers,
} from '@lastgood/domain';
import { readTargetImages, type TargetImages } from '@lastgood/engine';
import type { TargetsRow } from '@lastgood/store/views/view-rows';
import { iso } from '../../wire/instant.ts';
import { IdParams } from '../../wire/named.ts';
import { defineEndpoint } from '../endpoint.ts';
import { toReleaseRef } from './deployment-dto.ts';
import { noDeployment } from './no-deployment.ts';
import { targetProblem } from './target-problem.ts';
import * as wire from './targets-schema.ts';

export const deploymentTargets = defineEndpoint({
  operationId: 'deploymentTargets',
  method: 'GET',
  url: '/deployments/:id/targets',
  lane: 'asking',
  tag: 'deployments',
  summary: 'What a deployment can be taken back to: what the button takes first, unproven releases last',
  params: IdParams,
  answer: wire.RollbackTargets,
  async handle({ store, ports, clock, settings }, { params: { id } }) {
    const row = await store.views.targets(id);
    if (!row) throw noDeployment(id);
    const { service, deployment, chosenId } = row;
    const targets = orderTargets(deployment, chosenId, row.candidates);
    const images = await readTargetImages(
      ports,
      { service, deployment, targets: targets.map((one) => one.deployment) },
      AbortSignal.timeout(settings.clusterDeadlineMs),
    );
    const now = clock.now();
    return {
      at: iso(now),
      service: service.key,
      deployment: toReleaseRef(deployment),
      targets: targets.map((target) => toTarget(row, target, images, now)),
      more: row.more,
      trouble: images.trouble,
    };
  },
});

function toTarget(
  row: TargetsRow,
  target: TargetCandidate,
  images: TargetImages,
  now: number,
): wire.RollbackTarget {
  const { service, deployment, chosenId } = row;
  const release = target.deployment;
  const image = imageStateOf(service, deployment, target, images, now);
  const whyNot =
    targetProblem(row) ??
    missingRecord(service, deployment, release) ??
    (image.state === 'gone'
      ? `It cannot be started: ${image.sentence}. Build it again, or choose another.`
      : null);
  return {
    release: toReleaseRef(release),
    chosen: release.id === chosenId,
    good: isGoodTarget(release),
    label: proofInWords(release),
    commit: release.commit,
    commitUrl: commitLink(service, release.commit),
    lastServedAt: iso(target.lastServedAt),
    differs: targetDiffers(service, deployment, release),
    image,
    allowed: whyNot === null,
    whyNot,
  };
}
