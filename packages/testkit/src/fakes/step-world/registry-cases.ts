import { imageInWords, keepingTag } from '@lastgood/domain';
import type { Random } from '../../random.ts';
import { createInMemoryStepWorld } from '../in-memory-step-world.ts';
import type { KeptImage } from './registries.ts';
import { already, integer, type Meddling, type StepCase, type StepCases } from './step-case.ts';

export const registryCases: Pick<StepCases, 'restore-image'> = { 'restore-image': restoreCase };

function restoreCase(random: Random): StepCase<'restore-image'> {
  const world = createInMemoryStepWorld();
  const there = already(random);
  const digest = `sha256:${integer(random, 1, 9).toString().repeat(64)}`;
  const image = { registry: 'registry.example', repository: 'shop/web', digest };
  const total = integer(random, 3, 40);
  const kept: KeptImage = {
    there: there ? total : integer(random, 0, total - 1),
    total,
    tagged: there ? digest : null,
    backup: { name: 'vault', bytes: integer(random, 1, 1e9) },
  };
  world.state.images = {
    [imageInWords(image)]: kept,
    [imageInWords({ ...image, repository: 'shop/bystander' })]: { ...kept },
  };
  return {
    world,
    step: { kind: 'restore-image', ...image, backup: 'vault', tag: keepingTag(digest) },
    effects: there ? 0 : 1,
    meddle: random.pick<Meddling>([
      {
        act: () => void Object.assign(kept, { there: 0, tagged: null, backup: null }),
        words: /backup vault does not have .* any more/,
      },
      {
        act: () => void Object.assign(kept, { tagged: 'sha256:stranger' }),
        words: /names sha256:stranger: somebody else set it/,
        unfenced: true,
      },
    ]),
  };
}
