import type { ReleaseComparison } from '@lastgood/api-client';
import { useCompareReleases, useListDeployments } from '@lastgood/api-client/queries';
import { NativeSelect } from '@mantine/core';
import { Link, useNavigate, useParams } from 'react-router';
import { Changes } from '../rollback/changes/changes.tsx';
import { Commits } from '../rollback/changes/commits.tsx';
import { ReleaseWords } from '../run/release.tsx';
import { moveName, releaseTitle } from '../run/release-names.ts';
import { PageError, PageLoading } from '../shell/page-state.tsx';
import { useTitle } from '../shell/use-title.ts';
import classes from './compare-page.module.css';
import columns from './two-columns.module.css';

/** In what one release of a service differs from another, whichever two. */
export function ComparePage() {
  const { id = '', other = '' } = useParams();
  const { data, error, refetch } = useCompareReleases(id, other);
  if (data) return <Compared comparison={data} />;
  if (error) return <PageError error={error} what="comparison" retry={() => void refetch()} />;
  return <PageLoading what="the comparison" />;
}

function Compared({ comparison }: { comparison: ReleaseComparison }) {
  const { service, from, to, changes, commits } = comparison;
  const name = service.split('/').at(-1) ?? service;
  useTitle(`${name} ${moveName(from, to)} compared`);
  return (
    <article className={columns.page}>
      <header className={classes.head}>
        <h1>
          <Link to={`/services/${service}`}>{name}</Link> {moveName(from, to)}
        </h1>
        <p className={columns.dim}>What becomes different from the first to the second, as recorded.</p>
      </header>
      <div className={classes.pair}>
        <Choice
          label="From"
          service={service}
          chosen={from}
          pathTo={(id) => `/deployments/${id}/compare/${to.deploymentId}`}
        />
        <Choice
          label="To"
          service={service}
          chosen={to}
          pathTo={(id) => `/deployments/${from.deploymentId}/compare/${id}`}
        />
      </div>
      <section className={columns.card} aria-labelledby="differences">
        <h2 id="differences">What differs</h2>
        <Changes changes={changes} />
        <Commits commits={commits} />
      </section>
    </article>
  );
}

interface ChoiceProps {
  label: string;
  service: string;
  chosen: ReleaseComparison['from'];
  pathTo: (id: string) => string;
}

/** One of the two, and another in its place. */
function Choice({ label, service, chosen, pathTo }: ChoiceProps) {
  const navigate = useNavigate();
  const { data } = useListDeployments({ service, limit: 50 });
  const listed = (data?.items ?? []).map((one) => ({ value: one.id, label: releaseTitle(one) }));
  const known = listed.some(({ value }) => value === chosen.deploymentId);
  const own = { value: chosen.deploymentId, label: releaseTitle(chosen) };
  return (
    <div className={classes.choice}>
      <NativeSelect
        label={label}
        data={known ? listed : [own, ...listed]}
        value={chosen.deploymentId}
        onChange={(event) => void navigate(pathTo(event.currentTarget.value), { replace: true })}
      />
      <Link to={`/deployments/${chosen.deploymentId}`}>
        <ReleaseWords release={chosen} />
      </Link>
    </div>
  );
}
