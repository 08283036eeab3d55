import { truncate } from '@lastgood/domain/truncate';

/** What a description may hold. */
const longestDescription = 500;

/**
 * An annotation in words. Its templates are filled in by Prometheus from the series that alerts, which a trigger does not know: what
 * they would have said stands in brackets, as "(instance)". https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
 */
export function annotationWords(annotation: unknown): string {
  if (typeof annotation !== 'string') return '';
  const words = annotation.replaceAll(/\{\{(.*?)\}\}/gs, (_, inside: string) => inBrackets(inside));
  return truncate(words.replaceAll(/\s+/g, ' ').trim(), longestDescription);
}

function inBrackets(inside: string): string {
  const label = /\$?\.?[lL]abels\.([A-Za-z_][A-Za-z0-9_]*)/.exec(inside)?.[1];
  if (label !== undefined) return `(${label})`;
  if (/\$value|\.Value/.test(inside)) return '(value)';
  // Of `{{ if }}`, `{{ range }}`, `{{ end }}` nothing is left to be said.
  return '';
}
