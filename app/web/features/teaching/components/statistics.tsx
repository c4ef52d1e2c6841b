import type { CourseStatistics } from '#shared/schemas/course.ts';
import { count } from '#web/features/courses/words.ts';

const day = new Intl.DateTimeFormat('fr', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const MARKS = ['0 à 19', '20 à 39', '40 à 59', '60 à 79', '80 à 100'];

const followedBy = (followers: number): string =>
  followers === 0
    ? 'personne ne suit encore ce cours'
    : followers === 1
      ? 'une personne suit ce cours'
      : `${followers} personnes suivent ce cours`;

/** How a course is followed, in tables whose numbers are drawn as bars beside them. */
export function Statistics({ courseId, found }: { courseId: string; found: CourseStatistics }) {
  const { followers, finished, weeks, sections, unanswered, ratings } = found;
  return (
    <>
      <p className="facts">
        <span>{followedBy(followers)}</span>
        {followers > 0 && (
          <span>{finished < 2 ? `${finished} l’a terminé` : `${finished} l’ont terminé`}</span>
        )}
        <span>
          {unanswered === 0
            ? 'aucune question sans réponse'
            : `${count(unanswered, 'question')} sans réponse`}
        </span>
      </p>
      <p>
        <a href={`/api/v1/courses/${courseId}/followers.csv`} download>
          Liste des personnes, pour un tableur (CSV)
        </a>
      </p>
      <Bars
        title="Inscriptions par semaine"
        head={['Semaine du', 'Inscriptions']}
        rows={weeks.map(({ from, enrolled }) => ({
          key: from,
          name: day.format(new Date(from)),
          number: enrolled,
        }))}
      />
      <Bars
        title="Sections terminées"
        head={['Section', 'Personnes']}
        of={followers}
        rows={sections.map(({ id, title, done }) => ({ key: id, name: title, number: done }))}
      />
      <Bars
        title="Notes sur 100"
        head={['Note', 'Avis']}
        rows={ratings.map((number, fifth) => ({ key: MARKS[fifth]!, name: MARKS[fifth]!, number }))}
      />
    </>
  );
}

/** Numbers of one kind; `of`: what a full bar is, the largest of them where left out. */
function Bars({
  title,
  head,
  rows,
  of = Math.max(1, ...rows.map(({ number }) => number)),
}: {
  title: string;
  head: [string, string];
  rows: { key: string; name: string; number: number }[];
  of?: number;
}) {
  return (
    <section className="bars">
      <h2>{title}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{head[0]}</th>
            <th scope="col">{head[1]}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, number }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              <td>
                <span className="bar-number">{number}</span>
                <progress max={Math.max(1, of)} value={number} aria-hidden="true" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
