-- Une bibliothèque de quartier, pour s’exercer.
create table lecteurs (id integer primary key, nom text not null, ville text not null);
create table livres (id integer primary key, titre text not null, annee integer not null);
create table emprunts (
  lecteur_id integer not null references lecteurs (id),
  livre_id integer not null references livres (id),
  pris_le date not null,
  rendu_le date,
  primary key (lecteur_id, livre_id, pris_le)
);

insert into lecteurs values (1, 'Aïcha', 'Strasbourg'), (2, 'Bruno', 'Colmar'), (3, 'Chloé', 'Strasbourg'), (4, 'David', 'Mulhouse');
insert into livres values (1, 'Le jardin en hiver', 1998), (2, 'Compter les étoiles', 2011), (3, 'La mer expliquée', 2004);
insert into emprunts values
  (1, 1, '2026-01-05', '2026-01-19'),
  (1, 2, '2026-02-02', null),
  (2, 2, '2025-12-01', '2026-01-10'),
  (3, 3, '2026-01-21', '2026-02-01');

-- Qui n’a jamais rien emprunté ? Quel livre n’est pas rendu ?
