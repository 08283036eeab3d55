import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** By weight, slant and ink: colours are for meanings. */
export const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], fontWeight: '600' },
  { tag: [tags.function(tags.variableName), tags.definition(tags.propertyName)], fontWeight: '600' },
  { tag: [tags.string, tags.number, tags.labelName], color: 'var(--accent)' },
  { tag: tags.comment, color: 'var(--ink-dim)', fontStyle: 'italic' },
]);

const underline = (ink: string) => ({ backgroundImage: 'none', borderBottom: `2px solid var(${ink})` });

export const editorTheme = EditorView.theme({
  '&': {
    ...{ color: 'var(--ink)', backgroundColor: 'var(--surface)', fontSize: '0.875rem' },
    ...{ border: '1px solid var(--edge-control)', borderRadius: '0.25rem' },
  },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '1px' },
  '.cm-content': {
    ...{ fontFamily: 'var(--mantine-font-family-monospace)', minHeight: '5rem', caretColor: 'var(--ink)' },
  },
  // A query of any length leaves what is below it in sight.
  '.cm-scroller': { maxHeight: '24rem', overflow: 'auto' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-lintRange-error': underline('--act-ink'),
  '.cm-lintRange-warning': underline('--watch-ink'),
  '.cm-tooltip': {
    ...{ color: 'var(--ink)', backgroundColor: 'var(--raised)', border: '1px solid var(--edge-strong)' },
    maxWidth: 'min(40rem, 90vw)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    ...{ color: 'var(--ink)', backgroundColor: 'var(--accent-fill)' },
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--accent-fill)' },
  '.cm-selectionBackground': { backgroundColor: 'var(--accent-fill)' },
});
