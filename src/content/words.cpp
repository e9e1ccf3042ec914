#include <array>
#include <content/words.hpp>

namespace cleave::content {

namespace {

using words = std::string_view;

constexpr std::array<topic, 24> all_topics{{
    {"group commit", "그룹 커밋", "sqlite", "데이터베이스"},
    {"night trains", "야간 열차", "travel", "여행"},
    {"sourdough bread", "사워도우 빵", "baking", "제빵"},
    {"message queues", "메시지 큐", "architecture", "아키텍처"},
    {"small gardens", "작은 텃밭", "garden", "텃밭"},
    {"code review", "코드 리뷰", "craft", "개발문화"},
    {"film cameras", "필름 카메라", "photography", "사진"},
    {"morning runs", "아침 달리기", "running", "달리기"},
    {"static typing", "정적 타입", "cpp", "프로그래밍"},
    {"public libraries", "동네 도서관", "reading", "독서"},
    {"caches", "캐시", "performance", "성능"},
    {"mechanical keyboards", "기계식 키보드", "tools", "도구"},
    {"kimchi stew", "김치찌개", "cooking", "요리"},
    {"integration tests", "통합 테스트", "testing", "테스트"},
    {"monoliths", "모놀리스", "architecture", "아키텍처"},
    {"microservices", "마이크로서비스", "architecture", "아키텍처"},
    {"structured logs", "구조화된 로그", "operations", "운영"},
    {"city bicycles", "도시 자전거", "cycling", "자전거"},
    {"green tea", "녹차", "tea", "차"},
    {"old pianos", "오래된 피아노", "music", "음악"},
    {"typefaces", "글꼴", "design", "디자인"},
    {"mountain paths", "산길", "hiking", "등산"},
    {"retry budgets", "재시도 한도", "reliability", "신뢰성"},
    {"winter seas", "겨울 바다", "travel", "여행"},
}};

constexpr std::array<words, 12> english_titles{"What {t} taught me",
                                               "A year with {t}",
                                               "Notes on {t}",
                                               "{t}, slowly",
                                               "Coming back to {t}",
                                               "{n} things I got wrong about {t}",
                                               "The quiet side of {t}",
                                               "Between {t} and {u}",
                                               "Against {t}, and for it",
                                               "A beginner looks at {t}",
                                               "{t}, as seen from {p}",
                                               "How we measured {t}"};
constexpr std::array<words, 6> english_descriptions{
    "Some of it was luck; the rest can be repeated.",
    "For those who are new to {t}, and those who have had enough of it.",
    "What {w} in {p} had to do with it.",
    "A short piece on {t}, with a detour to {u}.",
    "Written down before I forget how it was.",
    "It took {n} attempts. This is the last one."};
constexpr std::array<words, 8> english_headings{
    "How it began",  "What I tried",         "What did not work", "Numbers",
    "A second look", "Where that leaves us", "In {p}, of course", "And {u}?"};
constexpr std::array<words, 26> english_sentences{
    "I first heard of {t} {w}, in {p}.",
    "Nobody had told me how much {t} depends on patience.",
    "The first {n} attempts were no good, and I kept notes on every one.",
    "People who talk about {t} often mean {u}, and the other way round.",
    "It is easy to admire {t} from afar and harder to live with it.",
    "What helped was to change one thing at a time.",
    "A friend in {p} does it without thinking, which is worth something.",
    "There is a simple rule: measure before and after, and write both down.",
    "I had expected {t} to be slower; it was only different.",
    "After {n} weeks the difference was plain.",
    "Most advice about {t} leaves out what it costs.",
    "That was {w}, and I have not gone back since.",
    "Of course {u} came up again, as it always does.",
    "The small failures were more useful than the one success.",
    "If I had to explain {t} to my younger self, I would start in {p}.",
    "None of this is new, and all of it was new to me.",
    "It works as long as somebody cares, and then it stops.",
    "The details matter less than doing it again the next day.",
    "We argued about {t} for an hour and agreed on {u}.",
    "Looking back, the question was wrong and the answer was fine.",
    "You can get {n} of these for the price of one good mistake.",
    "Half of the work is deciding what to leave out.",
    "I keep a list of what surprised me; it is longer than I thought.",
    "The best part happens {w}, when nobody is watching.",
    "Some say {t} is over. They have not been to {p}.",
    "It may not scale, and it does not have to."};
constexpr std::array<words, 14> english_remarks{
    "I had the same experience with {t}, only in {p}.",
    "Thank you, I needed this {w}.",
    "Have you tried {u} instead? It took me {n} weeks to see the point.",
    "Not sure I agree, but it is well put.",
    "The part on {t} should be a piece of its own.",
    "This saved me an afternoon.",
    "How did you measure that?",
    "Came for {t}, stayed for {u}.",
    "I read it twice and sent it to {n} friends.",
    "One question: does it hold for {u} as well?",
    "Lovely. More of this, please.",
    "It is the other way round where I live.",
    "I would have started {w}, but it comes to the same.",
    "Small correction: in {p} it has been like that for years."};
constexpr std::array<words, 10> english_places{
    "Busan",  "Berlin", "a small town", "the office", "Jeju",
    "Lisbon", "Kyoto",  "the kitchen",  "Seoul",      "a village near Gyeongju"};
constexpr std::array<words, 8> english_times{"last winter",   "on a Sunday",  "years ago",
                                             "before dawn",   "in the rain",  "after the move",
                                             "over a summer", "late at night"};

constexpr std::array<words, 11> korean_titles{"{t}에서 배운 것",
                                              "{t}[와/과] 함께한 일 년",
                                              "{t}에 대한 메모",
                                              "천천히, {t}",
                                              "다시 {t}[로/으로] 돌아온 이유",
                                              "{t}에 대해 잘못 알던 {n}가지",
                                              "{t}의 조용한 면",
                                              "{t}[와/과] {u} 사이",
                                              "{p}에서 만난 {t}",
                                              "{t}[를/을] 재어 보았다",
                                              "처음 만나는 {t}"};
constexpr std::array<words, 6> korean_descriptions{"절반은 운이었고, 나머지는 되풀이할 수 있다.",
                                                   "{t}[가/이] 처음인 사람과 이제 지겨운 사람에게.",
                                                   "{w} {p}에서 있었던 일.",
                                                   "{t} 이야기, 그리고 잠깐 {u} 이야기.",
                                                   "잊기 전에 적어 둔다.",
                                                   "{n}번 만에 된 일의 기록."};
constexpr std::array<words, 8> korean_headings{"시작은 이랬다", "해 본 것들",          "안 된 것들",
                                               "숫자로 보면",   "다시 생각하기",       "남은 질문",
                                               "역시 {p}에서",  "그렇다면 {u}[는/은]?"};
constexpr std::array<words, 22> korean_sentences{
    "{t}[를/을] 처음 만난 것은 {w} {p}에서였다.",
    "{t}[가/이] 이렇게 인내를 요구한다고 아무도 말해 주지 않았다.",
    "처음 {n}번은 실패였지만 매번 적어 두었다.",
    "사람들은 {t}[를/을] 말하면서 {u}[를/을] 떠올리곤 한다.",
    "멀리서 {t}[를/을] 좋아하기는 쉽고 함께 지내기는 어렵다.",
    "한 번에 하나씩 바꾼 것이 도움이 되었다.",
    "{p}에 사는 친구는 생각하지 않고도 해낸다.",
    "규칙은 단순하다. 앞뒤로 재고, 둘 다 적는다.",
    "{t}[는/은] 느릴 줄 알았는데 그저 다를 뿐이었다.",
    "{n}주가 지나자 차이가 분명해졌다.",
    "{t}에 대한 조언은 대개 비용을 말하지 않는다.",
    "그것이 {w} 일이었고 그 뒤로는 돌아가지 않았다.",
    "물론 {u} 이야기가 다시 나왔다.",
    "작은 실패가 한 번의 성공보다 쓸모 있었다.",
    "{t}[를/을] 설명해야 한다면 {p}에서 시작하겠다.",
    "새로운 것은 없었지만 나에게는 모두 새로웠다.",
    "누군가 신경 쓰는 동안은 잘 돌아간다.",
    "세부보다 중요한 것은 다음 날 다시 하는 일이다.",
    "{t}[로/으로] 한 시간을 다투고 {u}[로/으로] 합의했다.",
    "돌아보면 질문이 틀렸고 답은 괜찮았다.",
    "무엇을 뺄지 정하는 것이 일의 절반이다.",
    "{t}[는/은] 끝났다는 말은 {p}[를/을] 모르고 하는 소리다."};
constexpr std::array<words, 12> korean_remarks{"저도 {p}에서 {t} 때문에 같은 일을 겪었어요.",
                                               "{w} 딱 필요한 글이었습니다. 고맙습니다.",
                                               "{u}[는/은] 써 보셨나요? 저는 {n}주 걸렸어요.",
                                               "동의하지는 않지만 잘 읽었습니다.",
                                               "{t} 부분은 따로 글이 되어도 좋겠네요.",
                                               "덕분에 오후를 아꼈어요.",
                                               "어떻게 재셨는지 궁금합니다.",
                                               "{t} 보러 왔다가 {u}까지 읽고 갑니다.",
                                               "두 번 읽고 친구 {n}명에게 보냈어요.",
                                               "{u}에서도 똑같을까요?",
                                               "이런 글 더 부탁드려요.",
                                               "우리 동네에서는 반대예요."};
constexpr std::array<words, 9> korean_places{"부산",   "제주", "작은 마을", "사무실",   "전주",
                                             "리스본", "교토", "부엌",      "서울 골목"};
constexpr std::array<words, 8> korean_times{"지난겨울", "어느 일요일", "몇 해 전",  "동트기 전",
                                            "빗속에서", "이사한 뒤",   "여름 내내", "늦은 밤"};

constexpr std::array<words, 32> english_given{
    "ann",  "bo",    "clara", "david", "emma",  "frank", "grace", "henry", "iris", "jonas", "kate",
    "leo",  "mona",  "noah",  "olga",  "paul",  "quinn", "rosa",  "sam",   "tina", "ulf",   "vera",
    "will", "xenia", "yann",  "zoe",   "maria", "peter", "laura", "simon", "nina", "oscar"};
constexpr std::array<words, 24> english_family{
    "walker", "berg",  "silva",  "keller", "moore",  "novak", "ortiz", "price",
    "reed",   "stone", "tanaka", "voss",   "weber",  "young", "adams", "brook",
    "cole",   "diaz",  "evans",  "fox",    "garcia", "hill",  "ito",   "jung"};
constexpr std::array<words, 24> korean_given{
    "민수", "지우", "서연", "도윤", "하은", "준호", "수빈", "예준", "지민", "현우", "유진", "은서",
    "시우", "다은", "태윤", "소희", "건우", "나연", "재현", "보라", "성민", "아름", "동하", "혜린"};
constexpr std::array<words, 16> korean_family{"김", "이", "박", "최", "정", "강", "조", "윤",
                                              "장", "임", "한", "오", "서", "신", "권", "황"};

}  // namespace

std::span<const topic> topics() {
    return all_topics;
}

const vocabulary& english() {
    static const vocabulary all{english_titles,    english_descriptions, english_headings,
                                english_sentences, english_remarks,      english_places,
                                english_times};
    return all;
}

const vocabulary& korean() {
    static const vocabulary all{korean_titles,    korean_descriptions, korean_headings,
                                korean_sentences, korean_remarks,      korean_places,
                                korean_times};
    return all;
}

const names& english_names() {
    static const names all{english_given, english_family};
    return all;
}

const names& korean_names() {
    static const names all{korean_given, korean_family};
    return all;
}

}  // namespace cleave::content
