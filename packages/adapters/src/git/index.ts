import type { Git } from '@lastgood/domain/ports/git';
import { byName, dispatch } from '../dispatch.ts';
import { definePortFamily } from '../family.ts';
import { gitProgram } from './git/vendor.ts';

const title = 'Git repository';
const repositoryOf = ({ repository }: { repository: string }) => repository;

/** Where commits are undone. An entry is one repository, by its name. */
export const git = definePortFamily<Git>({ title, vendors: [gitProgram] }, (entries) => {
  const choose = byName(title, entries);
  const { read, effect, whyUnknown } = dispatch(choose);
  return {
    whyUnknown,
    readBranch: read('branch', repositoryOf, (made) => made.readBranch),
    ensureCommitReverted: effect('ensure-commit-reverted', repositoryOf, (made) => made.ensureCommitReverted),
    async isUndoneIn(change, commit, signal) {
      const choice = choose(change.repository);
      if ('made' in choice) return choice.made.isUndoneIn(change, commit, signal);
      return { kind: 'not-found', ...choice };
    },
  };
});
