import { Link } from 'react-router';
import { MeaningIcon } from '../meaning/meaning-mark.tsx';
import classes from './notice.module.css';

/** That nobody is woken by a service, in the server's words, with where to look and what can be declared. */
export function UnheardNotice({ unheard }: { unheard: string | null }) {
  if (unheard === null) return null;
  return (
    <p className={classes.notice} role="note" aria-label="Who is woken">
      <MeaningIcon meaning="watch" />
      <span>
        {unheard} <Link to="/status">How the notifiers are</Link>,{' '}
        <a href="/api/docs">what a declaration may say (notify)</a>.
      </span>
    </p>
  );
}
