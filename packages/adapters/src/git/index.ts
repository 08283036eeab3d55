import type { Git } from '@lastgood/domain/ports/git';
import { byName, dispatch } from '../dispatch.ts';
import { definePortFamily } from '../family.ts';

const title = 'Git repository';
const repositoryOf = ({ repository }: { repository: string }) => repository;

/** Where commits are undone. An entry is one repository, by its name. */
export const git = definePortFamily<Git>({ title, vendors: [] }, (entries) => {
  const { read, effect } = dispatch(byName(title, entries));
  return {
    readBranch: read('branch', repositoryOf, (made) => made.readBranch),
    readApplication: read('application', repositoryOf, (made) => made.readApplication),
    ensureCommitReverted: effect('ensure-commit-reverted', repositoryOf, (made) => made.ensureCommitReverted),
    waitForSync: effect('wait-for-sync', repositoryOf, (made) => made.waitForSync),
  };
});
