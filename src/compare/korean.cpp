#include <fmt/format.h>

#include <algorithm>
#include <compare/korean.hpp>
#include <optional>

namespace cleave::compare {

namespace {

struct pair {
    std::string_view english, korean;
};

constexpr pair whole_names[] = {
    {"the mixed work", "혼합 작업"},
    {"flat out", "낼 수 있는 최대"},
    {"capacity", "수용량"},
    {"read article", "글 읽기"},
    {"list articles", "글 목록"},
    {"read comments", "댓글 읽기"},
    {"write comment", "댓글 쓰기"},
    {"notifications", "알림"},
    {"current user", "현재 사용자"},
    {"favorite", "좋아요"},
    {"publish", "글 발행"},
    {"log in", "로그인"},
    {"logins", "로그인"},
    {"reads", "읽기"},
    {"logins at a rate", "정한 빈도의 로그인"},
    {"reads at a rate", "정한 빈도의 읽기"},
    {"its process is killed", "그 프로세스를 강제 종료"},
    {"reads, quiet", "읽기, 조용할 때"},
    {"reads beside a storm of logins", "읽기, 로그인 폭주 곁에서"},
    {"a profile is changed", "프로필 변경"},
    {"a comment is written", "댓글 작성"},
    {"comments without notifications", "notifications 없이 댓글"},
    {"articles without users", "users 없이 글"},
    {"a good release", "좋은 배포"},
    {"a release that dies at start", "시작하자마자 죽는 배포"},
    {"a release that answers 500 once ready", "준비된 뒤 500으로 답하는 배포"},
    {"a changed rule, from the edit on", "바뀐 규칙, 수정부터"},
    {"a comment becomes a notification", "댓글이 알림이 되기까지"},
    {"comments while processes are killed", "프로세스가 죽는 동안의 댓글"},
    {"an account is deleted while comments fails", "comments가 실패하는 동안의 계정 삭제"},
    {"counted", "개수"},
    {"one failing request, traced", "실패하는 요청 하나, 추적함"},
    {"one failing request, not traced", "실패하는 요청 하나, 추적 안 함"},

    {"a database each, events", "모듈마다 데이터베이스, 이벤트"},
    {"serialized calls", "직렬화한 호출"},
    {"HTTP to itself", "자기 자신에게 HTTP"},
    {"own processes, posts at the edge", "프로세스 분리, posts가 입구"},
    {"own processes and a gateway", "프로세스 분리와 게이트웨이"},
    {"through proxies", "프록시 경유"},
    {"0.25 ms of network a hop", "홉마다 네트워크 0.25 ms"},
    {"1 ms of network a hop", "홉마다 네트워크 1 ms"},
    {"split, own copies and events", "분리, 자기 사본과 이벤트"},
    {"split, authors asked of users at once", "분리, 저자를 users에 한 번에 물음"},
    {"split, authors asked one by one", "분리, 저자를 하나씩 물음"},
    {"split, comments wait for notifications", "분리, 댓글이 알림을 기다림"},
    {"replicas of posts and users", "posts와 users 복제"},
    {"split over Unix sockets", "Unix 소켓으로 분리"},
    {"split without tracing", "추적 없는 분리"},
    {"split, metrics read each second", "분리, 매초 메트릭 읽기"},
    {"split without retries", "재시도 없는 분리"},
    {"split without breaker", "차단기 없는 분리"},
    {"split, commits not awaited", "분리, 커밋을 기다리지 않음"},
    {"one monolith", "모놀리스 하나"},
    {"two whole copies", "통째로 두 벌"},
    {"split, users and posts twice", "분리, users와 posts 두 벌"},

    {"from edit to first new answer (compile, link, deploy): there is no --source, a checkout of "
     "this program",
     "수정에서 첫 새 응답까지(컴파일, 링크, 배포): --source(이 프로그램의 체크아웃)가 없음"},
    {"files and targets that three recorded changes touch, and from edit to a program: there is no "
     "--source, a checkout of this program",
     "기록된 변경 세 건이 건드리는 파일과 타깃, 수정에서 프로그램까지: --source(이 프로그램의 "
     "체크아웃)가 없음"},
    {"whether more instances do more: not shown on this machine, where all of them share 1 core",
     "인스턴스를 늘리면 더 하는지: 모두가 코어 하나를 나눠 쓰는 이 기계에서는 볼 수 없음"},
};

// Typed on a command line, and so the same in every language.
constexpr std::string_view typed[] = {"classic", "monolith", "split"};

// "comments killed": a module, and what happened to it.
constexpr pair endings[] = {
    {" requests/s", "건/초"},
    {" killed", " 강제 종료"},
    {" hung", " 멈춤"},
    {" slowed by 200 ms", " 200 ms 느려짐"},
    {" failing 10 %", " 10 % 실패"},
    {" out of memory", " 메모리 부족"},
    {" no room on disk", " 디스크 공간 없음"},
    {" again", " 다시"},
};

std::optional<std::string> find_korean(std::string_view english) {
    if (const auto found = std::ranges::find(whole_names, english, &pair::english);
        found != std::end(whole_names))
        return std::string(found->korean);
    if (std::ranges::find(typed, english) != std::end(typed) || english.starts_with("split:"))
        return std::string(english);
    constexpr std::string_view change = "the change ";
    if (english.starts_with(change)) return fmt::format("변경 {}", english.substr(change.size()));
    for (const auto& [en, ko] : endings)
        if (english.ends_with(en))
            return std::string(english.substr(0, english.size() - en.size())) + std::string(ko);
    return std::nullopt;
}

}  // namespace

std::string korean(std::string_view english) {
    return find_korean(english).value_or(std::string(english));
}

bool has_korean(std::string_view english) {
    return find_korean(english).has_value();
}

}  // namespace cleave::compare
