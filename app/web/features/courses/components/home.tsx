import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { CourseFacets } from '#shared/schemas/course.ts';
import type { Home } from '#shared/schemas/home.ts';
import { addressOf } from '../api/home.ts';
import { count, date, time } from '../words.ts';
import { CourseCard } from './course-card.tsx';
import { hueOf } from './subject.tsx';
import './home.css';

const Title = ({ id, children }: { id: string; children: string }) => (
  <h2 id={id} className="home-title">
    {children}
  </h2>
);
const Part = ({ id, title, children }: { id: string; title: string; children: ReactNode }) => (
  <section aria-labelledby={id}>
    <Title id={id}>{title}</Title>
    {children}
  </section>
);

/** What there is, for whoever looks around: subjects as tiles, levels as chips. */
export function Subjects({ facets }: { facets: CourseFacets }) {
  return (
    <>
      <nav aria-labelledby="matieres">
        <Title id="matieres">Matières</Title>
        <ul className="tiles">
          {facets.subjects.slice(0, TILES).map(({ value, count: courses }) => (
            <li key={value}>
              <Link
                className={`tile hue-${hueOf(value)}`}
                to={`/?${new URLSearchParams({ matiere: value })}`}
              >
                <strong>{value}</strong> <span className="quiet">{count(courses, 'cours', 'cours')}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <nav aria-labelledby="niveaux">
        <Title id="niveaux">Niveaux</Title>
        <ul className="chips">
          {facets.levels.slice(0, CHIPS).map(({ value, count: courses }) => (
            <li key={value}>
              <Link className="chip" to={`/?${new URLSearchParams({ niveau: value })}`}>
                {value} <span className="quiet">{courses}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
    </>
  );
}
const TILES = 12;
const CHIPS = 16;

/** What somebody comes back for: where they were, questions that wait for them, what is new. */
export function Own({ home }: { home: Home }) {
  const [latest, ...others] = home.begun;
  return (
    <>
      {latest && (
        <Part id="continuer" title="Continuer">
          <GoOn {...latest} />
          {others.length > 0 && (
            <ul className="home-list">
              {others.map((each) => (
                <li key={each.course.id}>
                  <Link to={addressOf(each.course.id, each)}>{each.course.title}</Link>{' '}
                  <span className="quiet">
                    {each.section.title}, section {each.section.number} sur {each.sectionCount}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Part>
      )}
      {home.waiting.length > 0 && (
        <Part id="attente" title="Questions sans réponse">
          <ul className="home-list">
            {home.waiting.map(({ thread, course, at }) => (
              <li key={thread.id}>
                <Link to={`/discussions/${thread.id}`}>{thread.title}</Link>{' '}
                <span className="quiet">
                  {course.title}, le {date(at)}
                </span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {home.changed.length > 0 && (
        <Part id="nouveau" title="Du nouveau dans vos cours">
          <ul className="home-list">
            {home.changed.map(({ course, at }) => (
              <li key={course.id}>
                <Link to={`/cours/${course.id}`}>{course.title}</Link>{' '}
                <span className="quiet">modifié le {date(at)}</span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {home.new.length > 0 && (
        <Part id="matieres-suivies" title="Nouveau dans vos matières">
          <ul className="courses">
            {home.new.map((course) => (
              <li key={course.id}>
                <CourseCard course={course} />
              </li>
            ))}
          </ul>
        </Part>
      )}
    </>
  );
}

/** The way back to where one was. */
function GoOn(place: Home['begun'][number]) {
  const { course, section, sectionCount, doneCount, file, seconds } = place;
  return (
    <div className="home-on">
      <Link className="big-link" to={addressOf(course.id, place)}>
        <span>
          {course.title}, section {section.number} sur {sectionCount}
        </span>{' '}
        {section.title}
        {file !== null && seconds > 0 && ` à ${time(seconds)}`}
      </Link>
      <p className="quiet">
        <progress
          max={Math.max(1, sectionCount)}
          value={doneCount}
          aria-label={`Avancement dans ${course.title}`}
        />{' '}
        {doneCount} sur {count(sectionCount, 'section')}
      </p>
    </div>
  );
}
