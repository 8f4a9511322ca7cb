//! A sorted list that finds by key and by place alike, and takes and gives in the middle without
//! moving all that is behind it.

/// By what something is sorted. Keys are unique.
pub(crate) trait Keyed {
    type Key: Ord;

    fn key(&self) -> Self::Key;
}

/// How many items a chunk has at most; few in unit tests, so that small lists have many chunks.
const MOST: usize = if cfg!(test) { 4 } else { 512 };

/// The items in chunks, none of which is empty. A million of them are some thousand chunks: to count
/// these over to a place takes microseconds.
#[derive(Debug)]
pub(crate) struct Sorted<T> {
    chunks: Vec<Vec<T>>,
    len: usize,
}

/// From the first to the last.
pub(crate) type Iter<'a, T> = std::iter::Flatten<std::slice::Iter<'a, Vec<T>>>;

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Sorted::EMPTY
    }
}

impl<T> Sorted<T> {
    pub(crate) const EMPTY: Sorted<T> = Sorted { chunks: Vec::new(), len: 0 };

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn iter(&self) -> Iter<'_, T> {
        self.chunks.iter().flatten()
    }

    /// From a place on, forwards.
    pub(crate) fn from(&self, start: usize) -> impl Iterator<Item = &T> {
        let mut before = start;
        let mut chunks = self.chunks.iter();
        let mut first: &[T] = &[];
        for chunk in chunks.by_ref() {
            if before < chunk.len() {
                first = chunk.get(before..).unwrap_or_default();
                break;
            }
            before -= chunk.len();
        }
        first.iter().chain(chunks.flatten())
    }

    /// From a place on, backwards; the places count from the end.
    pub(crate) fn back_from(&self, start: usize) -> impl Iterator<Item = &T> {
        let mut behind = start;
        let mut chunks = self.chunks.iter().rev();
        let mut first: &[T] = &[];
        for chunk in chunks.by_ref() {
            if behind < chunk.len() {
                first = chunk.get(..chunk.len() - behind).unwrap_or_default();
                break;
            }
            behind -= chunk.len();
        }
        first.iter().rev().chain(chunks.flat_map(|chunk| chunk.iter().rev()))
    }
}

impl<T: Keyed> Sorted<T> {
    /// What has been sorted already.
    pub(crate) fn of_sorted(items: impl IntoIterator<Item = T>) -> Self {
        let mut sorted = Self::default();
        for item in items {
            sorted.push(item);
        }
        sorted
    }

    /// The chunk that a key is or would be in, and its place there.
    fn find(&self, key: &T::Key) -> (usize, Result<usize, usize>) {
        let behind = self
            .chunks
            .partition_point(|chunk| chunk.first().is_some_and(|first| first.key() <= *key));
        let index = behind.saturating_sub(1);
        let place = self
            .chunks
            .get(index)
            .map_or(Err(0), |chunk| chunk.binary_search_by(|item| item.key().cmp(key)));
        (index, place)
    }

    pub(crate) fn get(&self, key: &T::Key) -> Option<&T> {
        let (index, place) = self.find(key);
        self.chunks.get(index)?.get(place.ok()?)
    }

    /// What is not before a key, forwards.
    pub(crate) fn not_before<'a>(
        &'a self,
        key: &T::Key,
    ) -> impl Iterator<Item = &'a T> + use<'a, T> {
        let (index, place) = self.find(key);
        let (Ok(place) | Err(place)) = place;
        let mut chunks = self.chunks.iter().skip(index);
        let first = chunks.next().and_then(|chunk| chunk.get(place..)).unwrap_or_default();
        first.iter().chain(chunks.flatten())
    }

    /// Puts an item in its place, and gives what had its key.
    pub(crate) fn insert(&mut self, item: T) -> Option<T> {
        let (index, place) = self.find(&item.key());
        let is_last = index + 1 == self.chunks.len();
        let Some(chunk) = self.chunks.get_mut(index) else {
            self.push(item);
            return None;
        };
        match place {
            Ok(place) => chunk.get_mut(place).map(|known| std::mem::replace(known, item)),
            Err(MOST) if is_last => {
                self.push(item);
                None
            }
            Err(_) if chunk.len() == MOST => {
                let behind = chunk.split_off(MOST / 2);
                self.chunks.insert(index + 1, behind);
                self.insert(item)
            }
            Err(place) => {
                chunk.insert(place, item);
                self.len += 1;
                None
            }
        }
    }

    /// Puts an item behind all others.
    fn push(&mut self, item: T) {
        match self.chunks.last_mut().filter(|chunk| chunk.len() < MOST) {
            Some(chunk) => chunk.push(item),
            None => self.chunks.push(vec![item]),
        }
        self.len += 1;
    }

    pub(crate) fn remove(&mut self, key: &T::Key) -> Option<T> {
        let (index, place) = self.find(key);
        let chunk = self.chunks.get_mut(index)?;
        let item = chunk.remove(place.ok()?);
        if chunk.is_empty() {
            self.chunks.remove(index);
        }
        self.len -= 1;
        Some(item)
    }
}
