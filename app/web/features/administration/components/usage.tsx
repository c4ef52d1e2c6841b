import { size } from '#web/features/courses/words.ts';
import { Failure } from '#web/layout/failure.tsx';
import { Waiting } from '#web/layout/waiting.tsx';
import { useFigures } from '../api/administration.ts';

const numbers = new Intl.NumberFormat('fr');

/** How much there is and how much it is used. */
export function Usage() {
  const { data, error, refetch } = useFigures();
  if (!data) return error ? <Failure error={error} retry={() => refetch()} /> : <Waiting />;
  const { people, courses, files } = data;
  const groups: [string, [string, number][]][] = [
    [
      'Personnes',
      [
        ['Élèves', people.students],
        ['Enseignants', people.teachers],
        ['Administration', people.administrators],
        ['Venues depuis un jour', data.activeToday],
        ['Venues depuis une semaine', data.activeThisWeek],
      ],
    ],
    [
      'Cours',
      [
        ['Publiés', courses.published],
        ['Brouillons', courses.drafts],
        ['Archivés', courses.archived],
        ['Inscriptions', data.enrolments],
      ],
    ],
    [
      'Discussions',
      [
        ['Questions', data.threads],
        ['Réponses', data.posts],
        ['Signalements à examiner', data.openReports],
      ],
    ],
  ];
  return (
    <>
      {groups.map(([name, lines]) => {
        const most = Math.max(1, ...lines.map(([, number]) => number));
        return (
          <section key={name} aria-label={name}>
            <h3>{name}</h3>
            <dl className="admin-figures">
              {lines.map(([words, number]) => (
                <div key={words}>
                  <dt>{words}</dt>
                  <dd>
                    <meter min={0} max={most} value={number} aria-hidden="true" /> {numbers.format(number)}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        );
      })}
      <p>
        {numbers.format(files.count)} fichiers, {size(files.bytes)} en tout.
      </p>
    </>
  );
}
