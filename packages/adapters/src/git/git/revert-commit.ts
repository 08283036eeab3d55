import type { RevertTarget } from '@lastgood/domain/rollback/contracts/ensure-commit-reverted';
import { type KnownChange, operationTrailer } from './branch-state.ts';
import { printable } from './git-words.ts';
import { namedCommits, type ObjectReads } from './object-reads.ts';
import type { CompleteSettings } from './settings.ts';

interface Revert {
  target: RevertTarget;
  change: KnownChange;
  tree: string;
  head: string;
  operation: string;
  settings: CompleteSettings;
}

/** The commit that undoes the change on top of `head`: its id. Nothing refers to it until it is pushed. */
export async function commitRevert(reads: ObjectReads, revert: Revert): Promise<string> {
  const { tree, head } = revert;
  return (
    await reads.text(['commit-tree', '-p', head, '-F', '-', tree], await messageOf(reads, revert))
  ).trim();
}

async function messageOf(
  reads: ObjectReads,
  { target, change, operation, settings }: Revert,
): Promise<string> {
  const { commit, since, path } = change;
  const subject = printable(await reads.text(['log', '-n', '1', '--format=%s', commit, '--']), 150);
  const [short, before] = [commit.slice(0, 12), since?.slice(0, 12) ?? 'the beginning'];
  const within = path === null ? '' : ` under ${path}`;
  const title = target.restore ? `Restore ${path} as it was at ${before}` : `Revert "${subject}"`;
  const range = since === null ? commit : `${since}..${commit}`;
  const undone = await namedCommits(reads, range, path === null ? [] : [path]);
  const body = target.restore
    ? `What ${short} and newer commits changed there is taken back.`
    : undone.length > 1
      ? `This reverts what these commits changed${within} (${before}..${short}):\n\n${undone.map((line) => `- ${line}`).join('\n')}`
      : `This reverts commit ${commit}${path === null ? '' : `, as far as it is${within}`}.`;
  const trailers = [
    `${operationTrailer}: ${printable(operation)}`,
    `Signed-off-by: ${settings.authorName} <${settings.authorEmail}>`,
  ];
  const why = target.why === undefined ? [] : [printable(target.why, 1_000)];
  return `${[title, ...why, body, trailers.join('\n')].join('\n\n')}\n`;
}
