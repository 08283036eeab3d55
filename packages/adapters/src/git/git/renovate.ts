import type { ImageMover } from '@lastgood/domain/rollback/contracts/ensure-commit-reverted';
import type { ObjectReads } from './object-reads.ts';

/** https://docs.renovatebot.com/configuration-options/ */
const places = [
  'renovate.json',
  'renovate.json5',
  '.github/renovate.json',
  '.github/renovate.json5',
  '.gitlab/renovate.json',
  '.gitlab/renovate.json5',
  '.renovaterc',
  '.renovaterc.json',
  '.renovaterc.json5',
];
const mostBytes = 262_144;

/** Renovate, where the repository has its configuration. It proposes by pull requests, and merges them where it may. */
export async function renovateIn(reads: ObjectReads, head: string): Promise<ImageMover[]> {
  const found = await reads.parts([
    'ls-tree',
    '-z',
    '--format=%(objectname) %(objectsize) %(path)',
    head,
    '--',
    ...places,
  ]);
  const movers = await Promise.all(
    found.map(async (line): Promise<ImageMover> => {
      const [blob = '', size = '', path = ''] = line.split(' ');
      const text = Number(size) <= mostBytes ? await reads.text(['cat-file', 'blob', blob]) : '';
      const merges = /["']?\b(automerge|platformAutomerge)["']?\s*:\s*true\b/.test(text);
      return {
        name: `Renovate (${path})`,
        isAutomatic: merges,
        effect: merges
          ? 'merges new image versions by itself (automerge), so it brings the bad version back at its next turn'
          : 'may propose the bad version again by a pull request',
        advice: merges
          ? `Set automerge to false in ${path}, or add the bad version to its ignored ones; then plan again.`
          : 'Close that pull request, or add the bad version to its ignored ones.',
      };
    }),
  );
  return movers;
}
