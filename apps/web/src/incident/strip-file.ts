import type { IncidentView } from '@lastgood/api-client';
import { incidentSummary } from './incident-summary.ts';
import { svgText } from './shapes.ts';
import { stripPicture } from './strip-picture.ts';

const width = 960;

/** The picture to take along, in UTC as a record is. */
export function stripSvg(view: IncidentView): string {
  const now = Date.parse(view.at);
  const picture = stripPicture(view, { width, now, timeZone: 'UTC', titles: true });
  return svgText(picture, `${incidentSummary(view, now, 'UTC')} Times in UTC.`);
}
