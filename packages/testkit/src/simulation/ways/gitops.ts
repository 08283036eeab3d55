import { bringOutWorkload, imagesOf, place, runsBad, type SimulatedWay, type Site } from './site.ts';

const [good, bad] = ['a'.repeat(40), 'b'.repeat(40)];
const branch = 'main';

/** What Argo CD takes from a repository: what anybody else sets, it puts back. */
export const gitops: SimulatedWay = {
  name: 'gitops',
  role: 'carries',
  shownBy: ['ensure-commit-reverted', 'wait-for-sync', 'wait-until-stable'],
  bringOut(site) {
    const { name, world, declares } = site;
    const repository = `${name}-deploy`;
    const workload = bringOutWorkload(site, { kind: 'Deployment', name });
    world.rollout.cluster.at(workload).owner = {
      kind: 'git-controller',
      name: 'Argo CD',
      evidence: `annotation argocd.argoproj.io/tracking-id: ${name}:apps/Deployment:shop/${name}`,
    };
    const application = { kind: 'Application' as const, namespace: 'argocd', name };
    declares.rollback.gitops = { repository, branch, application };
    site.good.push({ kind: 'gitops', target: { repository, branch }, before: null, after: good });
    site.bad.push({ kind: 'gitops', target: { repository, branch }, before: good, after: bad });
    world.state.branches[`${repository}#${branch}`] = {
      ...{ head: bad, contains: true, reverted: false, conflicts: [], files: 1 },
    };
    follow(site, repository);
    world.servesBad.set(name, () => runsBad(site, workload));
    meddle(site, repository);
  },
};

/** The controller looks at the branch after a push, and when it is asked; and it heals what others set. */
function follow(site: Site, repository: string): void {
  const { name, world } = site;
  const { cluster } = world.rollout;
  const workload = { ...place, kind: 'Deployment' as const, name };
  let revision = bad;
  world.state.applications[name] = {
    ...{ uid: `uid-app-${name}`, synced: true, healthy: true, suspended: false, askedBy: null },
    get revision() {
      return revision;
    },
    /** It says that it is at a commit once it has applied that. */
    set revision(commit) {
      revision = commit;
      const isReverted = world.state.branches[`${repository}#${branch}`]?.reverted;
      const wanted = imagesOf(site, isReverted ? 'v1' : 'v2');
      if (JSON.stringify(cluster.at(workload).template).includes(wanted.app)) return;
      cluster.deploy(workload, wanted, { hold: true });
      world.soon(() => cluster.settle(workload));
    },
  };
  const sync = () => {
    const seen = world.state.branches[`${repository}#${branch}`];
    const application = world.state.applications[name];
    if (seen && application && !application.suspended) application.revision = seen.head;
  };
  world.controllers.add((step) => {
    const isPushed = step.kind === 'ensure-commit-reverted' && step.repository === repository;
    const isAsked = step.kind === 'wait-for-sync' && step.application.name === name;
    const isSet = step.kind === 'set-template' && step.workload.name === name;
    if (isPushed || isAsked || isSet) world.soon(sync);
  });
}

function meddle({ name, world, meddlings }: Site, repository: string): void {
  const seen = () => world.state.branches[`${repository}#${branch}`];
  let pushes = 0;
  meddlings.push({
    what: `somebody pushes to ${repository}`,
    object: null,
    act() {
      const at = seen();
      pushes += 1;
      // After the revert its commit is what the controller may have taken already.
      if (at && !at.reverted) at.head = String(pushes).padStart(40, 'c');
    },
    putBack: null,
  });
  meddlings.push({
    what: `somebody pushes what conflicts to ${repository}`,
    object: null,
    act: () => void seen()?.conflicts.push('d'.repeat(40)),
    putBack: () => void seen()?.conflicts.splice(0),
  });
  meddlings.push({
    what: `somebody suspends the application ${name}`,
    object: null,
    act: () => void Object.assign(world.state.applications[name] ?? {}, { suspended: true }),
    putBack: () => void Object.assign(world.state.applications[name] ?? {}, { suspended: false }),
  });
}
