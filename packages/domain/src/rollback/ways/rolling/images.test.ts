import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import type { KeptImage } from '@lastgood/testkit/fakes/step-world/registries';
import { aDeployment, aService, aSnapshot, imageOf, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import { describe, expect, it } from 'vitest';
import { imageInWords, keepingTag, registryImage } from '../../../workload/registry-image.ts';

const digestOf = (version: string) => aSnapshot(imageOf(version)).imageDigests.app ?? '';
function imageIn(version: string) {
  const image = registryImage(imageOf(version), digestOf(version));
  if (!image) throw new Error('a reference of the tests cannot be read');
  return image;
}
const kept: KeptImage = { there: 5, total: 5, tagged: null, backup: null };
const gone = { ...kept, there: 0 };
const backup = { name: 'vault', bytes: 84_000_000 };

function release(number: number, version: string, before: string | null) {
  const target = { kind: 'Deployment', name: 'web' } as const;
  const [from, after] = [before && aSnapshot(imageOf(before)), aSnapshot(imageOf(version))];
  return aDeployment({
    ...{
      id: `d${number}`,
      release: number,
      version,
      previousDeploymentId: number > 1 ? `d${number - 1}` : null,
    },
    ...{ status: 'completed', proof: 'verified' },
    changes: [{ kind: 'workload', target, before: from || null, after }],
  });
}

/** What the button would do about v2 of web, whose target is v1; before that there was v0. */
async function planned(images: Record<string, KeptImage>, silent = false) {
  const { ports, state, receivers } = createInMemoryStepWorld();
  state.images = Object.fromEntries(
    Object.entries(images).map(([version, image]) => [imageInWords(imageIn(version)), { ...image }]),
  );
  const { registries } = ports;
  const engine = createTestEngine({ ports: { registries } });
  await engine.store.services.apply(aService(), 'test', engine.time.now());
  engine.rollout.cluster.create(webWorkload, { app: imageOf('v1') });
  engine.rollout.cluster.deploy(webWorkload, { app: imageOf('v2') });
  await engine.commit({ newDeployments: [release(1, 'v0', null), release(2, 'v1', 'v0')] });
  await engine.commit({
    newDeployments: [aDeployment({ ...release(3, 'v2', 'v1'), status: 'in_progress' })],
  });
  receivers.unreachableFor = silent ? 1 : 0;
  const preview = await engine.preview('d3');
  if (preview.kind !== 'planned') throw new Error(preview.what);
  return preview.result;
}

async function refusal(images: Record<string, KeptImage>) {
  const result = await planned(images);
  return result.kind === 'refused' ? result.refusals : [];
}

async function plan(images: Record<string, KeptImage>, silent = false) {
  const result = await planned(images, silent);
  if (result.kind !== 'plan') throw new Error(JSON.stringify(result.refusals));
  return result.plan;
}

describe('an image that the registry has lost', () => {
  it('is refused by its digest, with what is known and the next release whose image exists', async () => {
    expect(await refusal({ v1: gone, v0: kept })).toEqual([
      {
        code: 'image-gone',
        reason: `The registry no longer has ${imageOf('v1')} as it was (${digestOf('v1')}): v1 (release 2) cannot be started. It was asked just now. No pod needs it since v2 (release 3) began (2026-01-05 12:00 UTC), so nodes may have dropped it too.`,
        advice:
          'Return to v0 (release 1) instead, which is verified: the registry has its image. Or push the missing image again.',
      },
    ]);
  });

  it('is refused without a release to return to where that one is gone, too', async () => {
    expect((await refusal({ v1: gone, v0: gone }))[0]?.advice).toBe(
      'Push the missing image again, or deploy a version that fixes it: none of the other good releases (1 looked at) is known to have its image still.',
    );
  });

  it('is copied back first where a backup has it, by digest, and pinned', async () => {
    const { steps, warnings } = await plan({ v1: { ...gone, backup }, v0: kept });
    expect(steps.map(({ step }) => step.kind)).toEqual([
      ...['restore-image', 'rehearse-template', 'set-template', 'wait-until-stable', 'verify'],
    ]);
    const tag = keepingTag(digestOf('v1'));
    expect(steps[0]).toMatchObject({
      step: { ...imageIn('v1'), backup: 'vault', tag },
      title: expect.stringMatching(
        /^Copy web \(sha256:\w{12}, 84 MB\) from vault back to registry\.example$/,
      ),
    });
    expect(steps[2]?.step).toMatchObject({
      template: aSnapshot(`${imageOf('v1')}@${digestOf('v1')}`).template,
    });
    const said = warnings.join(' ');
    expect(said).toMatch(/Its backup vault has exactly that digest, so it is copied back first \(84 MB\)/);
    expect(said).toContain(tag);
    expect(said).toMatch(/Signatures and attestations .* not copied/);
  });
});

describe('a registry', () => {
  it('that has the image adds nothing to the plan', async () => {
    const { steps, warnings } = await plan({ v1: kept });
    expect(steps[0]?.step.kind).toBe('rehearse-template');
    expect(warnings.join(' ')).not.toMatch(/registry/);
  });

  it('that could not be asked is warned of, and refuses nothing', async () => {
    const { warnings } = await plan({ v1: gone }, true);
    expect(warnings.join(' ')).toMatch(
      /is not known: connection refused\. That is no proof that it is gone, and a node may have it/,
    );
  });

  it('that nobody configured is not asked', async () => {
    const { warnings } = await plan({});
    expect(warnings.join(' ')).not.toMatch(/registry/);
  });
});
