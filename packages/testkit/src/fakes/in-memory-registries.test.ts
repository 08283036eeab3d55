import { imageInWords } from '@lastgood/domain';
import { registriesContract } from '../contracts/registries.ts';
import { createInMemoryStepWorld } from './in-memory-step-world.ts';
import type { KeptImage } from './step-world/registries.ts';

const imageOf = (letter: string) => ({
  ...{ registry: 'registry.example', repository: 'shop/web', digest: `sha256:${letter.repeat(64)}` },
});

registriesContract('the registry in memory', async () => {
  const { ports, state, receivers, failNext } = createInMemoryStepWorld();
  const [held, lost, nowhere] = ['a', 'b', 'c'].map(imageOf);
  if (!held || !lost || !nowhere) throw new Error('three images are needed');
  const kept = (over: Partial<KeptImage>): KeptImage => ({
    ...{ there: 0, total: 4, tagged: null, backup: null, ...over },
  });
  state.images = {
    [imageInWords(held)]: kept({ there: 4 }),
    [imageInWords(lost)]: kept({ backup: { name: 'vault', bytes: 9 } }),
    [imageInWords(nowhere)]: kept({}),
  };
  return {
    ...{ registries: ports.registries, held, lost, nowhere },
    behave(mood) {
      receivers.unreachableFor = mood === 'hangs' || mood === 'talks nonsense' ? 1 : 0;
      if (mood === 'loses a reply') failNext('lost-reply');
    },
    async takeTag(image) {
      Object.assign(state.images[imageInWords(image)] ?? {}, { tagged: imageOf('d').digest });
    },
    tagged: async (image) => state.images[imageInWords(image)]?.tagged ?? null,
    async emptyBackup() {
      for (const image of Object.values(state.images)) image.backup = null;
    },
  };
});
