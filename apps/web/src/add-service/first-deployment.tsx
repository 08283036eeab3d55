import type { ServiceView } from '@lastgood/api-client';
import { useServiceView } from '@lastgood/api-client/queries';
import { Link } from 'react-router';
import { MeaningMark } from '../meaning/meaning-mark.tsx';
import { releaseTitle } from '../run/release-names.ts';
import classes from './add-service.module.css';

/** It is declared: what was taken as the release to return to, and the wait for the first deployment. */
export function FirstDeployment({ applied }: { applied: ServiceView }) {
  const { cluster, namespace, name, key, current: before } = applied.summary;
  const { data, error } = useServiceView(cluster, namespace, name, {
    query: { refetchInterval: 3_000 },
  });
  const current = data?.summary.current ?? null;
  const seen = current !== null && current.deploymentId !== before?.deploymentId ? current : null;
  return (
    <section className={classes.card} aria-labelledby="first-deployment">
      <h2 id="first-deployment">3. Deploy as you always do</h2>
      <p>
        <Link to={`/services/${key}`}>{name}</Link> is declared.{' '}
        {applied.baseline
          ? `Presumed good, and what can be gone back to: ${applied.baseline}.`
          : 'Nothing that serves was found to go back to yet: the first release that proves itself will be that.'}
      </p>
      {applied.warnings.map((warning) => (
        <p key={warning} className={classes.dim}>
          {warning}
        </p>
      ))}
      <div aria-live="polite" className={classes.waiting}>
        {seen ? (
          <>
            <MeaningMark said={{ meaning: 'done', word: 'Seen' }} boxed />
            <p>
              {releaseTitle(seen)} is seen and watched.{' '}
              <Link to={`/deployments/${seen.deploymentId}`}>Watch it</Link>
            </p>
          </>
        ) : (
          <>
            <MeaningMark said={{ meaning: 'watch', word: 'Waiting' }} boxed />
            <p>
              {error
                ? `It cannot be seen now: ${error.message} It is asked again every 3 s.`
                : 'Change its image, by pipeline or by hand: it is seen here within seconds. This page may be left; it is watched all the same.'}
            </p>
          </>
        )}
      </div>
    </section>
  );
}
