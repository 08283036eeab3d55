import { Link } from 'react-router';
import classes from './brand.module.css';

/** The way home: an arrow that turns back. */
export function Brand() {
  return (
    <Link to="/" className={classes.brand} aria-label="Lastgood, to Now">
      <svg viewBox="0 0 32 32" aria-hidden className={classes.mark}>
        <rect width="32" height="32" rx="8" />
        <path d="M10 11h7.5a5.5 5.5 0 0 1 0 11H12" />
        <path d="m13.5 7-4 4 4 4" />
      </svg>
      <span className={classes.name}>Lastgood</span>
    </Link>
  );
}
