import { useNavigation } from 'react-router';

/** A line at the top while a page is on its way; seen only where that takes a moment. */
export function ProgressLine() {
  const isBusy = useNavigation().state !== 'idle';
  return <div className={isBusy ? 'progress-line progress-line-busy' : 'progress-line'} aria-hidden="true" />;
}
