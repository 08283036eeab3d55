import classes from './parts.module.css';

/** What really goes back and what does not. Each part of it begins with a word and a colon, which leads the eye. */
export function OutcomeSentence({ sentence }: { sentence: string | null }) {
  if (sentence === null) return null;
  return (
    <p className={classes.sentence}>
      {sentence.split(/(?<=\.) (?=(?:Stays|Repaired|Lost for good): )/).map((part) => {
        const [lead = '', ...rest] = part.split(': ');
        return (
          <span key={lead} className={classes.part}>
            <strong>{lead}:</strong> {rest.join(': ')}{' '}
          </span>
        );
      })}
    </p>
  );
}
