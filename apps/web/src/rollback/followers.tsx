import type { PlanPreview } from '@lastgood/api-client';
import { Switch } from '@mantine/core';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import { releaseName } from '../run/release-names.ts';
import classes from './followers.module.css';

interface FollowersProps {
  preview: PlanPreview;
  /** Whether they go back as well. */
  together: boolean;
  choose: (together: boolean) => void;
}

/** Who would have to go back too, why, and whether they do; why they cannot, where that is so. */
export function Followers({ preview: { followers, noGroup }, together, choose }: FollowersProps) {
  if (noGroup.length > 0) {
    return (
      <ul className={classes.box}>
        {noGroup.map(({ reason, advice }) => (
          <li key={reason} className={classes.refused}>
            <MeaningIcon meaning="watch" /> <span>{`${reason} ${advice}`}</span>
          </li>
        ))}
      </ul>
    );
  }
  if (followers.length === 0) return null;
  const names = followers.map(({ serviceName }) => serviceName).join(', ');
  return (
    <section className={classes.box} aria-labelledby="followers">
      <h3 id="followers">Who would have to go back too</h3>
      <ul>
        {followers.map(({ service, serviceName, target, why }) => (
          <li key={service} className={classes.follower}>
            <strong>{serviceName}</strong> → {releaseName(target)}
            <span className={classes.why}>{why}</span>
          </li>
        ))}
      </ul>
      <Switch
        checked={together}
        onChange={(event) => choose(event.currentTarget.checked)}
        label={`Take ${names} back too, callers first`}
      />
    </section>
  );
}
