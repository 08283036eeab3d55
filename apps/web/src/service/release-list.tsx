import { given, listDeployments } from '@lastgood/api-client';
import { getListDeploymentsQueryKey } from '@lastgood/api-client/queries';
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Instant } from '../clock/instant.tsx';
import { deploymentMeaning } from '../deployment/deployment-meaning.ts';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { releaseLead, releaseTitle } from '../run/release-names.ts';
import classes from './release-list.module.css';

/** The releases of a service, newest first, page by page. */
export function ReleaseList({ service, isRollingBack }: { service: string; isRollingBack: boolean }) {
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: getListDeploymentsQueryKey({ service }),
    queryFn: ({ pageParam, signal }) =>
      listDeployments({ service, limit: 10, ...given({ cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next ?? undefined,
  });
  if (!data)
    return <p>{error ? `The releases cannot be shown: ${error.message}` : 'Loading the releases…'}</p>;
  const releases = data.pages.flatMap((page) => page.items);
  const [newest] = releases;
  // The release that a rollback makes comes after the one that it takes back, as soon as it is there.
  const last = newest?.origin === 'rollback' ? newest.previousDeploymentId : newest?.id;
  const takenBack = isRollingBack ? last : undefined;
  if (releases.length === 0) return <p>No deployment is known yet.</p>;
  return (
    <>
      <ol className={classes.list} reversed>
        {releases.map((deployment) => (
          <li key={deployment.id} className={classes.item}>
            <Link className={classes.row} to={`/deployments/${deployment.id}`}>
              <strong>{deployment.version === null ? 'version unknown' : releaseLead(deployment)}</strong>
              <span className={classes.dim}>release {deployment.release}</span>
              <MeaningMark said={deploymentMeaning(deployment, deployment.id === takenBack)} />
              <span className={classes.dim}>
                {deployment.origin === 'rollback' ? 'by rollback' : (deployment.author ?? deployment.origin)}
              </span>
              <span className={classes.when}>
                <Instant at={deployment.startedAt} as="short" light />
              </span>
            </Link>
            {deployment.id !== releases[0]?.id && releases[0] && (
              <Link
                className={classes.compare}
                to={`/deployments/${releases[0].id}/compare/${deployment.id}`}
                aria-label={`Compare ${releaseTitle(releases[0])} with ${releaseTitle(deployment)}`}
              >
                Compare
              </Link>
            )}
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <Button
          variant="default"
          h="var(--tap)"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Show older
        </Button>
      )}
    </>
  );
}
