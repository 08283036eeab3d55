import { imageInWords, registryImage } from '@lastgood/domain/workload/registry-image';
import { fakeImageDigest } from '../../fakes/fake-template.ts';
import { imagesOf, type SimulatedWay } from './site.ts';

/** The registry has lost the image of release 1, and a backup has it. */
export const restoreImage: SimulatedWay = {
  name: 'restore-image',
  role: 'comes-along',
  // Where another slot or the stable side still runs it, nothing is pulled.
  goesWith: (carrier) => carrier === 'rolling' || carrier === 'argo-rollouts',
  shownBy: ['restore-image', 'set-template'],
  bringOut(site) {
    const { app } = imagesOf(site, 'v1');
    const image = registryImage(app, fakeImageDigest(app));
    if (!image) throw new Error(`${app} cannot be read`);
    const backup = { name: 'vault', bytes: 84_000_000 };
    site.world.state.images[imageInWords(image)] = { there: 0, total: 3, tagged: null, backup };
  },
};
