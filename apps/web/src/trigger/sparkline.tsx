import { sparkPaths } from './spark-paths.ts';
import classes from './sparkline.module.css';

interface SparklineProps {
  values: readonly (number | null)[];
  threshold: number;
  label: string;
}

const width = 120;
const height = 32;

/** The last values in the size of a word, with the threshold as a dashed line. Gaps are gaps. */
export function Sparkline({ values, threshold, label }: SparklineProps) {
  const { lines, thresholdY } = sparkPaths(values, threshold, width, height);
  return (
    <svg className={classes.spark} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <line className={classes.threshold} x1={0} x2={width} y1={thresholdY} y2={thresholdY} />
      {lines.map((points) => (
        <polyline key={points} className={classes.value} points={points} />
      ))}
    </svg>
  );
}
