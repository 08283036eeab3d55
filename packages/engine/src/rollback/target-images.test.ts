import { imageInWords, type RegistryAnswer, type RegistryImage } from '@lastgood/domain';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { aBaseline, aDeployment, aService, aSnapshot, imageOf } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import { readTargetImages } from './target-images.ts';

const never = new AbortController().signal;
const rollout = createInMemoryRollout({ now: () => 0 });
const [service, deployment] = [aService(), aDeployment()];
/** The same template twice, under two numbers. */
const targets = [aBaseline(), aBaseline({ id: 'd0', release: 0 })];

async function read(answer: RegistryAnswer | null) {
  const asked: RegistryImage[] = [];
  const readImage = async (image: RegistryImage) => {
    asked.push(image);
    return answer;
  };
  const registries = { readImage, restoreImage: { observe: unused, apply: unused } };
  const { registry } = await readTargetImages(
    { rollout, registries },
    { service, deployment, targets },
    never,
  );
  return { asked: asked.map(imageInWords), registry };
}

async function unused(): Promise<never> {
  throw new Error('reading changes nothing');
}

it('asks for each image once, and knows of which targets it is', async () => {
  const { asked, registry } = await read({ kind: 'there', manifestBytes: 1 });
  const digest = aSnapshot(imageOf('v1')).imageDigests.app;
  expect(asked).toEqual([`registry.example/web@${digest}`]);
  expect(registry.map(({ container }) => container)).toEqual(['d1/app', 'd0/app']);
});

it('knows nothing of a registry that nobody configured', async () => {
  expect((await read(null)).registry).toEqual([]);
  const { registry } = await readTargetImages({ rollout }, { service, deployment, targets }, never);
  expect(registry).toEqual([]);
});
